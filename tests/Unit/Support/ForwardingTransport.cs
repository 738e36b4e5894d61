using EspProv.Transports;

namespace EspProv.Tests.Support;

/// <summary>Passes everything on to another transport; tests override what they watch or break.</summary>
internal abstract class ForwardingTransport(ITransport inner) : ITransport
{
    public string Address => inner.Address;

    public int ScanPageSize => inner.ScanPageSize;

    public int ScanGroupChannels => inner.ScanGroupChannels;

    public int MaxRequestLength => inner.MaxRequestLength;

    public virtual Task OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

    public virtual Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        inner.ExchangeAsync(endpoint, request, cancellationToken);

    public virtual Task CloseAsync() => inner.CloseAsync();

    public virtual ValueTask DisposeAsync() => inner.DisposeAsync();
}
