using EspProv.Transports;

namespace EspProv.Networks.Wifi;

/// <summary>Options of a Wi-Fi scan (PROTOCOL.md §9).</summary>
public sealed record WifiScanOptions
{
    /// <summary>The <see cref="PeriodMs"/> where nothing else is asked for.</summary>
    public const int DefaultPeriodMs = 120;

    /// <summary>Listen for beacons instead of probing.</summary>
    public bool Passive { get; init; }

    /// <summary>Channels to scan before a pause; null for the transport's own default, 0 for no pauses.</summary>
    public int? GroupChannels { get; init; }

    /// <summary>Time on each channel, in milliseconds, 1…10000.</summary>
    public int PeriodMs { get; init; } = DefaultPeriodMs;

    /// <summary>How long the whole scan may take.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeouts.Scan;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PeriodMs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PeriodMs, 10_000, nameof(PeriodMs));
        if (GroupChannels is { } channels)
            ArgumentOutOfRangeException.ThrowIfNegative(channels, nameof(GroupChannels));
        if (Timeout != System.Threading.Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
    }
}
