using EspProv.Transports;
using EspProv.Wire;

namespace EspProv.Networks.Thread;

/// <summary>Options of a Thread scan.</summary>
public sealed record ThreadScanOptions
{
    /// <summary>The channels to scan, 11…26; empty for all.</summary>
    public IReadOnlyCollection<int> Channels { get; init; } = [];

    /// <summary>How long the whole scan may take.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeouts.Scan;

    /// <summary>One bit for each channel; 0 means all channels.</summary>
    internal uint ChannelMask => Channels.Aggregate(0u, (mask, channel) => mask | (1u << channel));

    internal void Validate()
    {
        foreach (int channel in Channels)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(channel, ProtocolLimits.FirstThreadChannel, nameof(Channels));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(channel, ProtocolLimits.LastThreadChannel, nameof(Channels));
        }

        if (Timeout != System.Threading.Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
    }
}
