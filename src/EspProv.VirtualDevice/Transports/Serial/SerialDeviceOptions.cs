namespace EspProv.Virtual.Transports.Serial;

/// <summary>How a virtual device's console behaves (PROTOCOL.md §8). The defaults are those of stock firmware.</summary>
public sealed record SerialDeviceOptions
{
    /// <summary>
    /// The size of the line buffer, in bytes. As in newer firmware a line has one byte less, its CR included; older firmware fills the
    /// whole buffer.
    /// </summary>
    public int LineLimit { get; init; } = 256;

    /// <summary>What ends a line that is printed.</summary>
    public string LineEnding { get; init; } = "\r\n";

    /// <summary>Messages of other tasks stand between everything, also in the middle of a long reply.</summary>
    public bool Noise { get; init; }

    /// <summary>How many bytes are printed at once; 0 for no limit.</summary>
    public int ChunkLength { get; init; }
}
