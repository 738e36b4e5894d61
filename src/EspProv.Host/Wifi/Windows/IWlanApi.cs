using System.Net;
using System.Threading.Channels;

namespace EspProv.Host.Wifi.Windows;

/// <summary>The seam to Windows' Native Wifi API: nothing above it needs Windows, nothing below it decides anything.</summary>
internal interface IWlanApi
{
    /// <summary>A client of Windows' Wi-Fi service.</summary>
    /// <exception cref="WlanException">The service does not run, or is not there.</exception>
    IWlanClient Open();
}

/// <summary>One client of Windows' Wi-Fi service. Each call may throw <see cref="WlanException"/>.</summary>
internal interface IWlanClient : IDisposable
{
    /// <summary>What the service says of scans and connections, on any interface.</summary>
    ChannelReader<WlanNotification> Notifications { get; }

    IReadOnlyList<WlanInterface> GetInterfaces();

    WlanRadio GetRadio(Guid interfaceId);

    /// <summary>Asks for a scan, whose end is a notification.</summary>
    void Scan(Guid interfaceId);

    /// <summary>The access points that the interface has heard of late.</summary>
    IReadOnlyList<WlanAccessPoint> GetAccessPoints(Guid interfaceId);

    /// <summary>What the interface is connected to; null for nothing.</summary>
    WlanConnection? GetConnection(Guid interfaceId);

    /// <summary>Asks for a connection by a profile that is stored nowhere; its outcome is a notification.</summary>
    /// <param name="interfaceId">The interface.</param>
    /// <param name="profileXml">The profile, with a zero at its end.</param>
    void ConnectByXml(Guid interfaceId, ReadOnlySpan<char> profileXml);

    /// <summary>Asks for a connection by a profile that Windows keeps; its outcome is a notification.</summary>
    void ConnectByName(Guid interfaceId, string profile, int bssType);

    void Disconnect(Guid interfaceId);

    /// <summary>Windows' words for a reason.</summary>
    string Describe(uint reason);

    /// <summary>The interface's name, and the IPv4 addresses that it can use now; null when the network stack does not know it.</summary>
    (string Name, IReadOnlyList<IPAddress> Addresses)? GetAddresses(Guid interfaceId);
}

/// <summary>A Wi-Fi interface.</summary>
internal readonly record struct WlanInterface(Guid Id, string Description, bool IsReady, bool IsConnected);

/// <summary>Whether an interface's radio sends.</summary>
internal enum WlanRadio
{
    /// <summary>It is on, or Windows does not tell.</summary>
    On,

    /// <summary>It is switched off in Windows' settings, or by flight mode.</summary>
    Off,

    /// <summary>A switch or a key of the machine keeps it off.</summary>
    Blocked,
}

/// <summary>An access point.</summary>
/// <param name="Ssid">The network's name, as it is on the air.</param>
/// <param name="Bssid">The access point's address.</param>
/// <param name="Rssi">Signal strength in dBm.</param>
/// <param name="Capability">The capability field of its beacons.</param>
/// <param name="Elements">The information elements of its beacons.</param>
internal sealed record WlanAccessPoint(byte[] Ssid, byte[] Bssid, int Rssi, ushort Capability, byte[] Elements);

/// <summary>A connection.</summary>
/// <param name="Profile">The profile's name; empty where there is none.</param>
/// <param name="Ssid">The network's name.</param>
/// <param name="BssType">What kind of network it is, in Windows' numbers.</param>
internal sealed record WlanConnection(string Profile, byte[] Ssid, int BssType);

/// <summary>What a notification is about.</summary>
internal enum WlanEvent
{
    /// <summary>A scan is over, with results or without.</summary>
    ScanEnded,

    /// <summary>One of the attempts to connect has failed; Windows may make another.</summary>
    AttemptFailed,

    /// <summary>The attempts to connect are over; the reason is 0 when this machine is connected.</summary>
    ConnectEnded,
}

/// <summary>Something that the service says.</summary>
internal sealed record WlanNotification(Guid InterfaceId, WlanEvent Event, byte[] Ssid, uint Reason);

/// <summary>A function of the API failed.</summary>
internal sealed class WlanException(string function, uint error, Exception? innerException = null)
    : Exception($"{function} failed with error {error}.", innerException)
{
    /// <summary>The API is not there at all: Windows Server without its Wi-Fi feature.</summary>
    public const uint Missing = 126;

    public uint Error { get; } = error;
}
