namespace EspProv.Transports.Http;

/// <summary>Time-outs of the HTTP transport.</summary>
public sealed record HttpTransportOptions
{
    /// <summary>How long a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one request and its reply may take.</summary>
    public TimeSpan ExchangeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>This machine's address on the device's network, so that no other interface is used; null to leave it to the system.</summary>
    public System.Net.IPAddress? LocalAddress { get; init; }

    /// <summary>The interface to use, where the system takes that (Linux); null to leave it to the system.</summary>
    public string? InterfaceName { get; init; }

    /// <summary>The clock that the time-outs run on.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
