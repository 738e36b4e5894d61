using EspProv.Fleet;
using EspProv.Security;

namespace EspProv.Commands.Fleet;

/// <summary>What came of provisioning one row: flat, for a report, and without a secret.</summary>
public sealed class EspProvisioningResult
{
    private readonly FleetResult _result;

    internal EspProvisioningResult(FleetResult result) => _result = result;

    /// <summary>The row's place in the plan, from 1.</summary>
    public int Row => _result.Row;

    /// <summary>The device's name, or its address where it has none.</summary>
    public string Name => _result.Device;

    /// <summary>Where the device is.</summary>
    public string? Address => _result.Address;

    /// <summary>How it is reached.</summary>
    public string? Transport => _result.Transport;

    /// <summary>The security scheme that was used.</summary>
    public SecurityVersion? SecurityVersion => (SecurityVersion?)_result.Security;

    /// <summary>The kind of network that was wanted, <c>Wifi</c> or <c>Thread</c>; none when it was up to a device that was never asked.</summary>
    public string? Network => _result.Network?.ToString();

    /// <summary>The network that was wanted: a Wi-Fi network's SSID, or a Thread network's name.</summary>
    public string? Ssid => _result.Ssid;

    /// <summary><c>Connected</c>, <c>Failed</c>, <c>Unknown</c>, <c>Skipped</c>, <c>Invalid</c> or <c>Valid</c>; Connected only when the device said so.</summary>
    public string Status => _result.Status.ToString();

    /// <summary>How far it came.</summary>
    public string Stage => _result.Stage.ToString();

    /// <summary>One word for the outcome, where there is more to say than the status.</summary>
    public string? Reason => _result.Reason;

    /// <summary>The device's IPv4 address on the network.</summary>
    public string? IPAddress => _result.Ip;

    /// <summary>The access point that it joined.</summary>
    public string? Bssid => _result.Bssid;

    /// <summary>The channel that it is on.</summary>
    public int? Channel => _result.Channel;

    /// <summary>How often the device was tried.</summary>
    public int Attempts => _result.Attempts;

    /// <summary>From the first attempt to the end.</summary>
    public TimeSpan Duration => _result.Duration;

    /// <summary>A stable id, where something went wrong.</summary>
    public string? ErrorId => _result.ErrorId;

    /// <summary>The same in words.</summary>
    public string? Error => _result.Error;

    /// <summary>What is to be known of the session's security although it worked, in sentences.</summary>
    public string? Warning => _result.Warning;

    /// <summary>When it ended, as text in ISO 8601 and UTC, which files keep under every culture; <c>[datetime]</c> makes a time of it.</summary>
    public string Timestamp => FleetTime.Format(_result.Timestamp);

    internal FleetResult Result => _result;

    /// <summary>Name and status.</summary>
    public override string ToString() => $"{Name}: {Status}";
}
