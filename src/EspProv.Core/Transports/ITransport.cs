namespace EspProv.Transports;

/// <summary>
/// Sends a request to an endpoint and returns its response. Not thread-safe: a session is strictly serial.
/// After an exception from <see cref="ExchangeAsync"/> the link is closed; <see cref="OpenAsync"/> opens a new one.
/// </summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>The device's address, for messages.</summary>
    string Address { get; }

    /// <summary>The most scan entries to ask for at once (PROTOCOL.md §7: 4 over BLE, 100 over HTTP).</summary>
    int ScanPageSize { get; }

    /// <summary>
    /// Channels to scan between pauses: 5 over SoftAP so that the access point keeps its stations, else 0 (PROTOCOL.md §9).
    /// </summary>
    int ScanGroupChannels { get; }

    /// <summary>The longest request in bytes, after encryption.</summary>
    int MaxRequestLength => int.MaxValue;

    /// <summary>The longest request to one endpoint in bytes, for transports whose messages contain its name.</summary>
    int GetMaxRequestLength(string endpoint) => MaxRequestLength;

    /// <summary>Connects, after closing an open link. The device has no security session afterwards.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DeviceUnreachable"/>, <see cref="ProvisioningErrorReason.ConnectTimeout"/>.
    /// </exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Sends <paramref name="request"/> to <paramref name="endpoint"/> and returns the body of the reply.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.ExchangeTimeout"/>, <see cref="ProvisioningErrorReason.SessionLost"/>,
    /// <see cref="ProvisioningErrorReason.EndpointNotFound"/>, <see cref="ProvisioningErrorReason.NotAProvisioningDevice"/>,
    /// <see cref="ProvisioningErrorReason.MalformedResponse"/>, <see cref="ProvisioningErrorReason.RequestTooLarge"/>.
    /// </exception>
    Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken);

    /// <summary>Closes the link; no effect if it is closed.</summary>
    Task CloseAsync();
}
