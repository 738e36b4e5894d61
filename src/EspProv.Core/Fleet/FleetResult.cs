using EspProv.Discovery;

namespace EspProv.Fleet;

/// <summary>What came of one row: flat, and without a secret.</summary>
public sealed record FleetResult
{
    /// <summary>The row's place in the plan, from 1.</summary>
    public required int Row { get; init; }

    /// <summary>The device's name, or its address where it has none.</summary>
    public required string Device { get; init; }

    /// <summary>Where the device is.</summary>
    public string? Address { get; init; }

    /// <summary>How it is reached.</summary>
    public string? Transport { get; init; }

    /// <summary>The security scheme that was used, 0…2.</summary>
    public int? Security { get; init; }

    /// <summary>The kind of network that was wanted; null when it was up to a device that was never asked.</summary>
    public ProvisioningNetwork? Network { get; init; }

    /// <summary>The network that was wanted: a Wi-Fi network's SSID, or a Thread network's name.</summary>
    public string? Ssid { get; init; }

    /// <summary>How it ended.</summary>
    public required FleetStatus Status { get; init; }

    /// <summary>How far it came.</summary>
    public required FleetStage Stage { get; init; }

    /// <summary>One word for the outcome: the device's own reason, an error's id, or why nothing was sent.</summary>
    public string? Reason { get; init; }

    /// <summary>The device's IPv4 address on the network.</summary>
    public string? Ip { get; init; }

    /// <summary>The access point that it joined.</summary>
    public string? Bssid { get; init; }

    /// <summary>The channel that it is on.</summary>
    public int? Channel { get; init; }

    /// <summary>How often the device was tried, in this run.</summary>
    public int Attempts { get; init; }

    /// <summary>From the first attempt to the end, waits between attempts included.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>A stable id, where something went wrong.</summary>
    public string? ErrorId { get; init; }

    /// <summary>The same in words.</summary>
    public string? Error { get; init; }

    /// <summary>
    /// What is to be known of the session's security although it worked, in sentences: that nothing proved the device, or that its old
    /// firmware encrypts in a way that can be broken.
    /// </summary>
    public string? Warning { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Timestamp { get; init; }
}
