using EspProv.Devices;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Host.Wifi;

/// <summary>
/// HTTP on the device's own access point, which this machine joins until disposal (PROTOCOL.md §6). Closing the link keeps the connection,
/// since a new session may follow; disposal restores the former network.
/// </summary>
public sealed class SoftApTransport : ITransport
{
    private readonly IHostWifi _wifi;
    private readonly string _ssid;
    private readonly Secret? _key;
    private readonly HttpTransportOptions _options;
    private readonly HttpDeviceAddress _address;
    private readonly TimeSpan _joinTimeout;
    private IWifiLease? _lease;
    private HttpTransport? _http;
    private bool _disposed;

    /// <summary>Creates a transport; this machine keeps its network until it is opened.</summary>
    /// <param name="wifi">This machine's Wi-Fi.</param>
    /// <param name="ssid">The device's access point.</param>
    /// <param name="key">Its key; null for an open one. Owned by the transport.</param>
    /// <param name="address">The device's address on its network: 192.168.4.1.</param>
    /// <param name="joinTimeout">How long joining may take.</param>
    /// <param name="options">For the HTTP link on that network.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.InvalidAddress"/>; <see cref="ProvisioningErrorReason.InvalidSoftApKey"/>: the key is not of 8 to
    /// 63 bytes.
    /// </exception>
    public SoftApTransport(
        IHostWifi wifi, string ssid, Secret? key, string address, TimeSpan joinTimeout, HttpTransportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(wifi);
        ArgumentException.ThrowIfNullOrEmpty(ssid);
        if (key is not null && SoftApKeyCheck.FindError(key) is { } error)
            throw error;
        _address = HttpDeviceAddress.Parse(address);
        (_wifi, _ssid, _key, _joinTimeout, _options) = (wifi, ssid, key, joinTimeout, options ?? new HttpTransportOptions());
    }

    /// <inheritdoc/>
    public string Address => $"{_address.Display} on {_ssid}";

    /// <inheritdoc/>
    public int ScanPageSize => HttpTransport.EntriesPerPage;

    /// <inheritdoc/>
    public int ScanGroupChannels => HttpTransport.ChannelsPerGroup;

    /// <inheritdoc/>
    public int MaxRequestLength => _options.BodyLimit;

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await CloseAsync().ConfigureAwait(false);
        if (_lease is null)
        {
            _lease = await _wifi.JoinAsync(_ssid, _key, _joinTimeout, cancellationToken).ConfigureAwait(false);
            await ConnectAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ProvisioningException)
        {
            // The access point changed its channel with the device, and this machine lost it.
            await _lease.RejoinAsync(cancellationToken).ConfigureAwait(false);
            await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        _http is { } http
        ? http.ExchangeAsync(endpoint, request, cancellationToken)
        : throw new ProvisioningException(ProvisioningErrorReason.SessionLost, $"There is no link to {Address}.") { Endpoint = endpoint };

    /// <inheritdoc/>
    public async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _http, null) is { } http)
            await http.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await CloseAsync().ConfigureAwait(false);
        if (_lease is not null)
            await _lease.DisposeAsync().ConfigureAwait(false);
        _key?.Dispose();
    }

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        // A new one each time: this machine's address may change on rejoining.
        var http = new HttpTransport(
            _address.Display, _options with { LocalAddress = _lease!.Address, InterfaceName = _lease.InterfaceName });
        try
        {
            await http.OpenAsync(cancellationToken).ConfigureAwait(false);
            _http = http;
        }
        catch
        {
            await http.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
