using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Networks.Wifi;

namespace EspProv.Commands.Wifi;

/// <summary>The Wi-Fi status that a device reported.</summary>
public sealed class EspWifiStatus : ISessionCarrier
{
    private readonly ProvisioningDevice _device;
    private readonly WifiStatus _status;

    internal EspWifiStatus(ProvisioningDevice device, EspProvSession? session, WifiStatus status)
    {
        _device = device;
        Session = session;
        _status = status;
    }

    /// <summary>The device's name.</summary>
    public string Name => _device.Name;

    /// <summary>The state.</summary>
    public WifiState State => _status.State;

    /// <summary>Why the connection failed, if it did.</summary>
    public WifiFailReason? FailReason => _status.FailReason;

    /// <summary>The number of attempts left, if the firmware reports it.</summary>
    public int? AttemptsRemaining => _status.AttemptsRemaining;

    /// <summary>The device's IPv4 address, when connected.</summary>
    public string? IPAddress => _status.IPAddress;

    /// <summary>The network, when connected.</summary>
    public string? Ssid => _status.Ssid;

    /// <summary>The access point, when connected; its bytes before the first 00.</summary>
    public string? Bssid => _status.Bssid;

    /// <summary>The channel, when connected.</summary>
    public int? Channel => _status.Channel;

    /// <summary>The authentication, when connected.</summary>
    public WifiAuthMode? Auth => _status.Auth;

    /// <summary>The session that was used; null if the command opened its own.</summary>
    public EspProvSession? Session { get; }

    ProvisioningDevice ISessionCarrier.Origin => _device;

    /// <summary>The state.</summary>
    public override string ToString() => State.ToString();
}
