using EspProv.Transports;

namespace EspProv.Fleet.Run;

/// <summary>Options of a run.</summary>
public sealed record FleetOptions
{
    /// <summary>The default of <see cref="MaxAttempts"/>.</summary>
    public const int DefaultMaxAttempts = 3;

    /// <summary>The default of <see cref="Timeout"/>, in seconds.</summary>
    public const double DefaultTimeoutSeconds = 120;

    /// <summary>The default of <see cref="JoinTimeout"/>, in seconds.</summary>
    public const double DefaultJoinTimeoutSeconds = 45;

    /// <summary>The default of <see cref="RetryDelay"/>, in seconds.</summary>
    public const double DefaultRetryDelaySeconds = 1;

    /// <summary>The number of concurrent devices; null for each transport's own limit.</summary>
    public int? ThrottleLimit { get; init; }

    /// <summary>The number of attempts for each device.</summary>
    public int MaxAttempts { get; init; } = DefaultMaxAttempts;

    /// <summary>The time limit for one device, including all attempts and the waits between them.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(DefaultTimeoutSeconds);

    /// <summary>How long a device may take to join the network before its outcome is Unknown.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(DefaultJoinTimeoutSeconds);

    /// <summary>When the run ends, even with rows left; null for never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// The wait before the second attempt. It doubles with each further attempt up to <see cref="LongestDelay"/>, and varies randomly by a
    /// quarter.
    /// </summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(DefaultRetryDelaySeconds);

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
