using EspProv.Devices;

namespace EspProv.Fleet;

/// <summary>
/// What came of one row: flat, and without a secret. Rows, devices and journals are others' words, so its texts are text to show (see
/// <see cref="UntrustedText"/>).
/// </summary>
public sealed record FleetResult
{
    private readonly string _device = "";
    private readonly string? _address;
    private readonly string? _transport;
    private readonly string? _ssid;
    private readonly string? _reason;
    private readonly string? _ip;
    private readonly string? _bssid;
    private readonly string? _errorId;
    private readonly string? _error;

    /// <summary>The row's place in the plan, from 1.</summary>
    public required int Row { get; init; }

    /// <summary>The device's name, or its address where it has none.</summary>
    public required string Device
    {
        get => _device;
        init => _device = UntrustedText.Show(value);
    }

    /// <summary>Where the device is.</summary>
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

    /// <summary>The security scheme that was used, 0…2.</summary>
    public int? Security { get; init; }

    /// <summary>The kind of network that was wanted; null when it was up to a device that was never asked.</summary>
    public ProvisioningNetwork? Network { get; init; }

    /// <summary>The network that was wanted: a Wi-Fi network's SSID, or a Thread network's name.</summary>
    public string? Ssid
    {
        get => _ssid;
        init => _ssid = UntrustedText.Show(value);
    }

    /// <summary>The Wi-Fi network's name as bytes, for those who try the row again; null where that is not known.</summary>
    public ReadOnlyMemory<byte>? SsidBytes { get; init; }

    /// <summary>How it ended.</summary>
    public required FleetStatus Status { get; init; }

    /// <summary>How far it came.</summary>
    public required FleetStage Stage { get; init; }

    /// <summary>One word for the outcome: the device's own reason, an error's id, or why nothing was sent.</summary>
    public string? Reason
    {
        get => _reason;
        init => _reason = UntrustedText.Show(value);
    }

    /// <summary>The device's IPv4 address on the network.</summary>
    public string? Ip
    {
        get => _ip;
        init => _ip = UntrustedText.Show(value);
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

    /// <summary>A stable id, where something went wrong.</summary>
    public string? ErrorId
    {
        get => _errorId;
        init => _errorId = UntrustedText.Show(value);
    }

    /// <summary>The same in words.</summary>
    public string? Error
    {
        get => _error;
        init => _error = UntrustedText.Show(value);
    }

    /// <summary>
    /// What is to be known of the session's security although it worked, in sentences: that nothing proved the device, or that its old
    /// firmware encrypts in a way that can be broken.
    /// </summary>
    public string? Warning { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Timestamp { get; init; }
}
