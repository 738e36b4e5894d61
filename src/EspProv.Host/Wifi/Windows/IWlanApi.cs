using System.Net;
using System.Threading.Channels;

namespace EspProv.Host.Wifi.Windows;

/// <summary>Windows' Native Wifi API as an interface: code above it does not need Windows, code below it makes no decisions.</summary>
internal interface IWlanApi
{
    /// <summary>A client of Windows' Wi-Fi service.</summary>
    /// <exception cref="WlanException">The service does not run or does not exist.</exception>
    IWlanClient Open();
}

/// <summary>One client of Windows' Wi-Fi service. Each call may throw <see cref="WlanException"/>.</summary>
internal interface IWlanClient : IDisposable
{
    /// <summary>Notifications about scans and connections, on any interface.</summary>
    ChannelReader<WlanNotification> Notifications { get; }

    IReadOnlyList<WlanInterface> GetInterfaces();

    WlanRadio GetRadio(Guid interfaceId);

    /// <summary>Starts a scan; its end is a notification.</summary>
    void Scan(Guid interfaceId);

    /// <summary>The access points of the interface's recent scans.</summary>
    IReadOnlyList<WlanAccessPoint> GetAccessPoints(Guid interfaceId);

    /// <summary>The interface's connection; null for none.</summary>
    WlanConnection? GetConnection(Guid interfaceId);

    /// <summary>Starts to connect by a temporary profile; its outcome is a notification.</summary>
    /// <param name="interfaceId">The interface.</param>
    /// <param name="profileXml">The profile, with a zero at its end.</param>
    void ConnectByXml(Guid interfaceId, ReadOnlySpan<char> profileXml);

    /// <summary>Starts to connect by a stored profile; its outcome is a notification.</summary>
    void ConnectByName(Guid interfaceId, string profile, int bssType);

    void Disconnect(Guid interfaceId);

    /// <summary>Windows' text for a reason.</summary>
    string Describe(uint reason);

    /// <summary>The interface's name, and its usable IPv4 addresses; null if the network stack does not know it.</summary>
    (string Name, IReadOnlyList<IPAddress> Addresses)? GetAddresses(Guid interfaceId);
}

/// <summary>A Wi-Fi interface.</summary>
internal readonly record struct WlanInterface(Guid Id, string Description, bool IsReady, bool IsConnected);

/// <summary>The state of an interface's radio.</summary>
internal enum WlanRadio
{
    /// <summary>On, or unknown.</summary>
    On,

    /// <summary>It is switched off in Windows' settings, or by flight mode.</summary>
    Off,

    /// <summary>Blocked by a hardware switch or key.</summary>
    Blocked,
}

/// <summary>An access point.</summary>
/// <param name="Ssid">The network's exact name.</param>
/// <param name="Bssid">The access point's address.</param>
/// <param name="Rssi">Signal strength in dBm.</param>
/// <param name="Capability">The capability field of its beacons.</param>
/// <param name="Elements">The information elements of its beacons.</param>
internal sealed record WlanAccessPoint(byte[] Ssid, byte[] Bssid, int Rssi, ushort Capability, byte[] Elements);

/// <summary>A connection.</summary>
/// <param name="Profile">The profile's name; empty where there is none.</param>
/// <param name="Ssid">The network's name.</param>
/// <param name="BssType">Windows' number for the kind of network.</param>
internal sealed record WlanConnection(string Profile, byte[] Ssid, int BssType);

/// <summary>The kind of a notification.</summary>
internal enum WlanEvent
{
    /// <summary>A scan ended, with or without results.</summary>
    ScanEnded,

    /// <summary>An attempt to connect failed; Windows may retry.</summary>
    AttemptFailed,

    /// <summary>Connecting ended; the reason is 0 on success.</summary>
    ConnectEnded,
}

/// <summary>A notification of the service.</summary>
internal sealed record WlanNotification(Guid InterfaceId, WlanEvent Event, byte[] Ssid, uint Reason);

/// <summary>A function of the API failed.</summary>
internal sealed class WlanException(string function, uint error, Exception? innerException = null)
    : Exception($"{function} failed with error {error}.", innerException)
{
    /// <summary>The API does not exist: Windows Server without its Wi-Fi feature.</summary>
    public const uint Missing = 126;

    public uint Error { get; } = error;
}
