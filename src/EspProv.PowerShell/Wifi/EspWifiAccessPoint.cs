using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Networks.Wifi;

namespace EspProv.Commands.Wifi;

/// <summary>An access point that a device found in a scan. It binds to Set-EspWifiCredential, with its session.</summary>
public sealed class EspWifiAccessPoint : ISessionCarrier
{
    private readonly ProvisioningDevice _device;
    private readonly WifiAccessPoint _accessPoint;

    internal EspWifiAccessPoint(ProvisioningDevice device, EspProvSession? session, WifiAccessPoint accessPoint)
    {
        _device = device;
        Session = session;
        _accessPoint = accessPoint;
    }

    /// <summary>The network's name; empty for a hidden network.</summary>
    public string Ssid => _accessPoint.Ssid;

    /// <summary>The access point's address.</summary>
    public string Bssid => _accessPoint.Bssid;

    /// <summary>The primary channel.</summary>
    public int Channel => _accessPoint.Channel;

    /// <summary>Signal strength in dBm.</summary>
    public int Rssi => _accessPoint.Rssi;

    /// <summary>The authentication; a number if the protocol has no name for it.</summary>
    public WifiAuthMode Auth => _accessPoint.Auth;

    /// <summary>The name of the device that scanned.</summary>
    public string DeviceName => _device.Name;

    /// <summary>The session of the scan; null if the scan opened its own.</summary>
    public EspProvSession? Session { get; }

    ProvisioningDevice ISessionCarrier.Origin => _device;

    /// <summary>The network's name as bytes.</summary>
    public byte[] SsidBytes => _accessPoint.SsidBytes.ToArray();

    /// <summary>The network's name.</summary>
    public override string ToString() => Ssid;
}
