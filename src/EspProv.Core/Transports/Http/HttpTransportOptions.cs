namespace EspProv.Transports.Http;

/// <summary>Options of the HTTP transport.</summary>
public sealed record HttpTransportOptions
{
    /// <summary>How long a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = DefaultTimeouts.HttpConnect;

    /// <summary>How long one request and its reply may take.</summary>
    public TimeSpan ExchangeTimeout { get; init; } = DefaultTimeouts.Exchange;

    /// <summary>The <see cref="BodyLimit"/> of stock firmware.</summary>
    public const int StockBodyLimit = 4096;

    /// <summary>The least <see cref="BodyLimit"/> that is taken from users.</summary>
    public const int MinBodyLimit = 64;

    /// <summary>The largest <see cref="BodyLimit"/> that is taken from users; far above what any firmware has memory for.</summary>
    public const int MaxBodyLimit = 1_048_576;

    /// <summary>The size of the device's buffer for a request's body, in bytes (PROTOCOL.md §6).</summary>
    public int BodyLimit { get; init; } = StockBodyLimit;

    /// <summary>This machine's address on the device's network, to select the interface; null for the system's choice.</summary>
    public System.Net.IPAddress? LocalAddress { get; init; }

    /// <summary>The interface to use (Linux only); null for the system's choice.</summary>
    public string? InterfaceName { get; init; }

    /// <summary>The clock of the timeouts.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
