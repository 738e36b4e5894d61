using EspProv.Fleet;
using EspProv.Security;

namespace EspProv.Commands.Fleet;

/// <summary>The outcome of provisioning one row, as one flat row for a report, without secrets.</summary>
public sealed class EspProvisioningResult
{
    private readonly FleetResult _result;

    internal EspProvisioningResult(FleetResult result) => _result = result;

    /// <summary>The row's number in the plan, from 1.</summary>
    public int Row => _result.Row;

    /// <summary>The device's name, or its address if it has no name.</summary>
    public string Name => _result.Name;

    /// <summary>The device's address.</summary>
    public string? Address => _result.Address;

    /// <summary>The device's transport.</summary>
    public string? Transport => _result.Transport;

    /// <summary>The security scheme that was used.</summary>
    public SecurityVersion? SecurityVersion => _result.SecurityVersion;

    /// <summary>The kind of network: <c>Wifi</c> or <c>Thread</c>; null if the device decides and was never reached.</summary>
    public string? Network => _result.Network?.ToString();

    /// <summary>The requested network: a Wi-Fi network's SSID, or a Thread network's name.</summary>
    public string? Ssid => _result.Ssid;

    /// <summary>
    /// <c>Connected</c>, <c>Failed</c>, <c>Unknown</c>, <c>Skipped</c>, <c>Invalid</c> or <c>Valid</c>; Connected only when the device, or
    /// the log of its board, reported it.
    /// </summary>
    public string Status => _result.Status.ToString();

    /// <summary>The last stage that was reached.</summary>
    public string Stage => _result.Stage.ToString();

    /// <summary>One word that details the status, if there is one.</summary>
    public string? Reason => _result.Reason;

    /// <summary>What reported that it is connected or failed: <c>Device</c>, or <c>BoardLog</c>; null for none.</summary>
    public string? Witness => _result.Witness?.ToString();

    /// <summary>The device's IPv4 address on the network.</summary>
    public string? IPAddress => _result.IPAddress;

    /// <summary>The access point that the device joined.</summary>
    public string? Bssid => _result.Bssid;

    /// <summary>The channel.</summary>
    public int? Channel => _result.Channel;

    /// <summary>The number of attempts.</summary>
    public int Attempts => _result.Attempts;

    /// <summary>From the first attempt to the end.</summary>
    public TimeSpan Duration => _result.Duration;

    /// <summary>The stable error id, after an error.</summary>
    public string? ErrorId => _result.ErrorId;

    /// <summary>The error message.</summary>
    public string? Error => _result.Error;

    /// <summary>Warnings about the session, also after success.</summary>
    public string? Warning => _result.Warning;

    /// <summary>When it ended, as ISO 8601 text in UTC, independent of the culture; <c>[datetime]</c> converts it.</summary>
    public string Timestamp => FleetTime.Format(_result.Timestamp);

    internal FleetResult Result => _result;

    /// <summary>Name and status.</summary>
    public override string ToString() => $"{Name}: {Status}";
}
