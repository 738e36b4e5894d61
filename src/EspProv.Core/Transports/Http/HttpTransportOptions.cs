namespace EspProv.Transports.Http;

/// <summary>Options of the HTTP transport.</summary>
public sealed record HttpTransportOptions
{
    /// <summary>How long a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one request and its reply may take.</summary>
    public TimeSpan ExchangeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The size of the device's buffer for a request's body, in bytes (PROTOCOL.md §6); 4096 in stock firmware.</summary>
    public int BodyLimit { get; init; } = 4096;

    /// <summary>This machine's address on the device's network, to select the interface; null for the system's choice.</summary>
    public System.Net.IPAddress? LocalAddress { get; init; }

    /// <summary>The interface to use (Linux only); null for the system's choice.</summary>
    public string? InterfaceName { get; init; }

    /// <summary>The clock of the timeouts.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
