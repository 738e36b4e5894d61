using EspProv.Transports;

namespace EspProv.Fleet.Run;

/// <summary>Options of a run.</summary>
public sealed record FleetOptions
{
    /// <summary>The number of concurrent devices; null for each transport's own limit.</summary>
    public int? ThrottleLimit { get; init; }

    /// <summary>The number of attempts for each device.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>The time limit for one device, including all attempts and the waits between them.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a device may take to join the network before its outcome is Unknown.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>When the run ends, even with rows left; null for never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// The wait before the second attempt. It doubles with each further attempt up to <see cref="LongestDelay"/>, and varies randomly by a
    /// quarter.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait between two attempts.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Reprovision devices that are connected to another network and keep their service running.</summary>
    public bool Reprovision { get; init; }

    /// <summary>The part of the plan to run; null for all of it.</summary>
    public FleetShard? Shard { get; init; }

    /// <summary>The source of ephemeral keys and of the variation of waits.</summary>
    public IRandomSource Random { get; init; } = SystemRandomSource.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// The number of concurrent rows of a lane: Bluetooth adapters have few connections, this machine joins one access point at a time, and
    /// a console has one person.
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
