namespace EspProv.Transports;

/// <summary>Time-outs of the HTTP transport.</summary>
public sealed record HttpTransportOptions
{
    /// <summary>How long a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one request and its reply may take.</summary>
    public TimeSpan ExchangeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The clock that the time-outs run on.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
