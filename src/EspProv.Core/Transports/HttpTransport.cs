namespace EspProv.Transports;

/// <summary>PROTOCOL.md §6: one HTTP/1.1 connection to the device.</summary>
public sealed class HttpTransport : ITransport
{
    /// <summary>Prepares a link to <paramref name="address"/>: <c>host</c>, <c>host:port</c>, <c>[v6]:port</c> or an http:// URL without a path.</summary>
    public HttpTransport(string address, HttpTransportOptions? options = null) => throw new NotImplementedException();

    /// <inheritdoc/>
    public ProvisioningTransport Kind => ProvisioningTransport.SoftAP;

    /// <inheritdoc/>
    public string Address => throw new NotImplementedException();

    /// <inheritdoc/>
    public int ScanPageSize => 100;

    /// <inheritdoc/>
    public int ScanGroupChannels => 5;

    /// <inheritdoc/>
    public bool IsOpen => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <inheritdoc/>
    public Task CloseAsync() => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>Time-outs of the HTTP transport.</summary>
public sealed record HttpTransportOptions
{
    /// <summary>How long a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one request and its reply may take.</summary>
    public TimeSpan ExchangeTimeout { get; init; } = TimeSpan.FromSeconds(15);
}
