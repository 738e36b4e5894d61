using EspProv.Fleet.Plan;
using EspProv.Transports;

namespace EspProv.Fleet.Run;

/// <summary>How to run a plan.</summary>
public sealed record FleetOptions
{
    /// <summary>How many devices at once; null for what suits each transport.</summary>
    public int? ThrottleLimit { get; init; }

    /// <summary>How often one device is tried.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>How long one device may take, all attempts and the waits between them included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a device may take to join the network before what comes of it is Unknown.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>When the run ends, whatever is left to do; null for never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>The wait before the second attempt; it doubles with each further one, up to <see cref="LongestDelay"/>, and is spread by a quarter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Start over on a device that is connected to another network and keeps its service up.</summary>
    public bool Reprovision { get; init; }

    /// <summary>The part of the plan to run; null for all of it.</summary>
    public FleetShard? Shard { get; init; }

    /// <summary>Where ephemeral keys, and the spread of the waits, come from.</summary>
    public IRandomSource Random { get; init; } = SystemRandomSource.Instance;

    /// <summary>What time it is, and how to wait.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// How many rows like this one at once: a radio carries few connections, this machine is on one access point at a time, and a person
    /// has two hands.
    /// </summary>
    internal int LimitOf(FleetLane lane) => lane switch
    {
        { JoinsAccessPoint: true } or { Transport: ProvisioningTransport.Console } => 1,
        _ when ThrottleLimit is { } limit => limit,
        { Transport: ProvisioningTransport.Ble } => 3,
        { Transport: ProvisioningTransport.Serial } => 8,
        _ => 16,
    };
}

/// <summary>What rows share that have to wait for each other.</summary>
/// <param name="Transport">How they are reached.</param>
/// <param name="JoinsAccessPoint">Whether this machine joins their access points.</param>
internal readonly record struct FleetLane(ProvisioningTransport Transport, bool JoinsAccessPoint)
{
    /// <summary>The lane of a row.</summary>
    public static FleetLane Of(FleetRow row) => row.Session is { } session
        ? new(session.Device.Transport, JoinsAccessPoint: false)
        : new(row.Transport, row.AccessPoint is not null);
}
