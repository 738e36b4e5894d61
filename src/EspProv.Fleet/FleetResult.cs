using EspProv.Devices;
using EspProv.Security;
using EspProv.Sessions;

namespace EspProv.Fleet;

/// <summary>
/// The result of one row: flat, and without secrets. Its texts come from plans, devices and journals, so they are escaped (see
/// <see cref="UntrustedText"/>).
/// </summary>
public sealed record FleetResult
{
    private readonly string _name = "";
    private readonly string? _address;
    private readonly string? _transport;
    private readonly string? _ssid;
    private readonly string? _reason;
    private readonly string? _ipAddress;
    private readonly string? _bssid;
    private readonly string? _errorId;
    private readonly string? _error;

    /// <summary>The row's number in the plan, from 1.</summary>
    public required int Row { get; init; }

    /// <summary>The device's name, or its address if it has none.</summary>
    public required string Name
    {
        get => _name;
        init => _name = UntrustedText.Show(value);
    }

    /// <summary>The device's address.</summary>
    public string? Address
    {
        get => _address;
        init => _address = UntrustedText.Show(value);
    }

    /// <summary>How it is reached.</summary>
    public string? Transport
    {
        get => _transport;
        init => _transport = UntrustedText.Show(value);
    }

    /// <summary>The security scheme that was used.</summary>
    public SecurityVersion? SecurityVersion { get; init; }

    /// <summary>The kind of network that was wanted; null if the device was to decide and was not reached.</summary>
    public ProvisioningNetwork? Network { get; init; }

    /// <summary>The network that was wanted: a Wi-Fi network's SSID, or a Thread network's name.</summary>
    public string? Ssid
    {
        get => _ssid;
        init => _ssid = UntrustedText.Show(value);
    }

    /// <summary>The Wi-Fi network's name as bytes, to retry the row with; null if unknown.</summary>
    public ReadOnlyMemory<byte>? SsidBytes { get; init; }

    /// <summary>How it ended.</summary>
    public required FleetStatus Status { get; init; }

    /// <summary>The stage in which it ended.</summary>
    public required FleetStage Stage { get; init; }

    /// <summary>One word for the outcome: the device's own reason, an error's id, or why nothing was sent.</summary>
    public string? Reason
    {
        get => _reason;
        init => _reason = UntrustedText.Show(value);
    }

    /// <summary>What reported that it is connected or could not join; null for none.</summary>
    public ProvisioningWitness? Witness { get; init; }

    /// <summary>The device's IPv4 address on the network.</summary>
    public string? IPAddress
    {
        get => _ipAddress;
        init => _ipAddress = UntrustedText.Show(value);
    }

    /// <summary>The access point that it joined.</summary>
    public string? Bssid
    {
        get => _bssid;
        init => _bssid = UntrustedText.Show(value);
    }

    /// <summary>The channel that it is on.</summary>
    public int? Channel { get; init; }

    /// <summary>How often the device was tried, in this run.</summary>
    public int Attempts { get; init; }

    /// <summary>From the first attempt to the end, waits between attempts included.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>A stable error id; null for none.</summary>
    public string? ErrorId
    {
        get => _errorId;
        init => _errorId = UntrustedText.Show(value);
    }

    /// <summary>The error message.</summary>
    public string? Error
    {
        get => _error;
        init => _error = UntrustedText.Show(value);
    }

    /// <summary>
    /// Weaknesses of the session's security, in sentences: the device did not prove itself, or its old firmware encrypts in a way that can
    /// be broken.
    /// </summary>
    public string? Warning { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Timestamp { get; init; }
}
