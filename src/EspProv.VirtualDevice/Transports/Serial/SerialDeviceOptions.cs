using EspProv.Transports.Serial;

namespace EspProv.Virtual.Transports.Serial;

/// <summary>Options of a virtual device's console (PROTOCOL.md §8). The defaults are those of stock firmware.</summary>
public sealed record SerialDeviceOptions
{
    /// <summary>
    /// The size of the line buffer, in bytes. As in newer firmware a line, with its CR, is one byte shorter; older firmware fills the whole
    /// buffer.
    /// </summary>
    public int LineLimit { get; init; } = SerialTransportOptions.StockLineLimit;

    /// <summary>The end of a printed line.</summary>
    public string LineEnding { get; init; } = "\r\n";

    /// <summary>Print messages of other tasks in between, also within long replies.</summary>
    public bool Noise { get; init; }

    /// <summary>How many bytes are printed at once; 0 for no limit.</summary>
    public int ChunkLength { get; init; }
}
