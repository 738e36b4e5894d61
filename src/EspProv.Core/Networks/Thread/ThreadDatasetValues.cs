namespace EspProv.Networks.Thread;

/// <summary>The values of a Thread dataset. The caller owns the secrets.</summary>
public sealed record ThreadDatasetValues
{
    /// <summary>The network key, 16 bytes.</summary>
    public required Secret NetworkKey { get; init; }

    /// <summary>The PAN ID, 0…65534.</summary>
    public required int PanId { get; init; }

    /// <summary>The extended PAN ID, 8 bytes.</summary>
    public required ReadOnlyMemory<byte> ExtendedPanId { get; init; }

    /// <summary>The channel, 11…26.</summary>
    public required int Channel { get; init; }

    /// <summary>The network's name, up to 16 bytes in UTF-8; null or empty for none.</summary>
    public string? NetworkName { get; init; }

    /// <summary>The network's channels, 11…26 each; empty to omit them.</summary>
    public IReadOnlyCollection<int> ChannelMask { get; init; } = [];

    /// <summary>The dataset's version as a number of seconds; null to omit it, so that the network's own timestamp is newer.</summary>
    public long? ActiveTimestamp { get; init; }

    /// <summary>The commissioner's key, 16 bytes; null for none.</summary>
    public Secret? Pskc { get; init; }

    /// <summary>Never a secret.</summary>
    public override string ToString() => UntrustedText.Show(NetworkName) ?? nameof(ThreadDatasetValues);
}
