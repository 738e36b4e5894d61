using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Networks.Wifi;
using EspProv.Sessions;

namespace EspProv.Commands.Wifi;

/// <summary>The outcome of sending credentials to one device, as one flat row for a report.</summary>
public sealed class EspWifiResult : ISessionCarrier
{
    private readonly ProvisioningDevice _device;
    private readonly WifiProvisioningResult _result;

    internal EspWifiResult(ProvisioningDevice device, EspProvSession? session, WifiProvisioningResult result)
    {
        _device = device;
        Session = session;
        _result = result;
    }

    /// <summary>The device's name.</summary>
    public string Name => _device.Name;

    /// <summary>The device's address when it was provisioned.</summary>
    public string Address => _device.Address;

    /// <summary>The requested network.</summary>
    public string Ssid => _result.Ssid;

    /// <summary><c>Connected</c> only when the device, or the log of its board, reported it.</summary>
    public ProvisioningOutcome Status => _result.Outcome;

    /// <summary>What reported that it is connected or failed: the device, or the log of its board; null for none.</summary>
    public ProvisioningWitness? Witness => _result.Witness;

    /// <summary>Why it failed, or why the outcome is unknown.</summary>
    public string? Reason => _result.Reason;

    /// <summary>The device's IPv4 address on the network.</summary>
    public string? IPAddress => _result.IPAddress;

    /// <summary>The access point that the device joined; its bytes before the first 00.</summary>
    public string? Bssid => _result.Bssid;

    /// <summary>The channel.</summary>
    public int? Channel => _result.Channel;

    /// <summary>The network's authentication.</summary>
    public WifiAuthMode? Auth => _result.Auth;

    /// <summary>From the first command to the outcome.</summary>
    public TimeSpan Duration => _result.Duration;

    /// <summary>The session that was used; null if the command opened its own.</summary>
    public EspProvSession? Session { get; }

    ProvisioningDevice ISessionCarrier.Origin => _device;

    /// <summary>Name and status.</summary>
    public override string ToString() => $"{Name}: {Status}";
}
