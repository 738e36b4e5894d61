using EspProv.Transports;

namespace EspProv.Fleet;

/// <summary>How to run a plan.</summary>
public sealed record FleetOptions
{
    /// <summary>How many devices at once; null for what suits each transport.</summary>
    public int? ThrottleLimit { get; init; }

    /// <summary>How often one device is tried.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>How long one device may take, all attempts and the waits between them included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a device may take to join the network before it is asked in a new session.</summary>
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

    /// <summary>How many devices at once over one transport: a radio carries few connections, a person one.</summary>
    internal int LimitOf(ProvisioningTransport transport) => transport switch
    {
        ProvisioningTransport.Console => 1,
        _ when ThrottleLimit is { } limit => limit,
        ProvisioningTransport.Ble => 3,
        ProvisioningTransport.Serial => 8,
        _ => 16,
    };
}
