namespace EspProv.Transports.Serial;

/// <summary>How to talk to a device's serial console (PROTOCOL.md §8).</summary>
public sealed record SerialTransportOptions
{
    /// <summary>Bits per second; what stock firmware uses when nobody changes it.</summary>
    public int BaudRate { get; init; } = 115200;

    /// <summary>The size of the device's line buffer, in bytes. A line has to be shorter: its end needs a byte as well.</summary>
    public int LineLimit { get; init; } = 256;

    /// <summary>How long the console has to answer after the port was opened.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one request and its reply may take.</summary>
    public TimeSpan ExchangeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where session numbers come from.</summary>
    public IRandomSource Random { get; init; } = SystemRandomSource.Instance;

    /// <summary>The clock that the time-outs run on.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
