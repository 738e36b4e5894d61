namespace EspProv.Transports.Serial;

/// <summary>Options of the serial transport (PROTOCOL.md §8).</summary>
public sealed record SerialTransportOptions
{
    /// <summary>The <see cref="BaudRate"/> of stock firmware.</summary>
    public const int StockBaudRate = 115200;

    /// <summary>The least <see cref="BaudRate"/> that is taken from users.</summary>
    public const int MinBaudRate = 50;

    /// <summary>The largest <see cref="BaudRate"/> that is taken from users.</summary>
    public const int MaxBaudRate = 12_000_000;

    /// <summary>The <see cref="LineLimit"/> of stock firmware.</summary>
    public const int StockLineLimit = 256;

    /// <summary>The least <see cref="LineLimit"/>.</summary>
    public const int MinLineLimit = 64;

    /// <summary>The largest <see cref="LineLimit"/> that is taken from users.</summary>
    public const int MaxLineLimit = 65536;

    /// <summary>Bits per second.</summary>
    public int BaudRate { get; init; } = StockBaudRate;

    /// <summary>The size of the device's line buffer, in bytes. A line must be shorter: its terminator needs a byte.</summary>
    public int LineLimit { get; init; } = StockLineLimit;

    /// <summary>How long to wait for the console after the port was opened.</summary>
    public TimeSpan ConnectTimeout { get; init; } = DefaultTimeouts.SerialConnect;

    /// <summary>How long one request and its reply may take.</summary>
    public TimeSpan ExchangeTimeout { get; init; } = DefaultTimeouts.Exchange;

    /// <summary>The source of session numbers.</summary>
    public IRandomSource Random { get; init; } = SystemRandomSource.Instance;

    /// <summary>The clock of the timeouts.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
