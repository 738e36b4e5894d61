namespace EspProv.Transports.Serial;

/// <summary>Options of the serial transport (PROTOCOL.md §8).</summary>
public sealed record SerialTransportOptions
{
    /// <summary>Bits per second; the default of stock firmware.</summary>
    public int BaudRate { get; init; } = 115200;

    /// <summary>The size of the device's line buffer, in bytes. A line must be shorter: its terminator needs a byte.</summary>
    public int LineLimit { get; init; } = 256;

    /// <summary>How long to wait for the console after the port was opened.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one request and its reply may take.</summary>
    public TimeSpan ExchangeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The source of session numbers.</summary>
    public IRandomSource Random { get; init; } = SystemRandomSource.Instance;

    /// <summary>The clock of the timeouts.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
