namespace EspProv.Transports.Gatt;

/// <summary>
/// A Bluetooth LE link to one device, as narrow as the protocol needs it. Implementations are not thread-safe, can be
/// connected again after a disconnect, and honour the token on every call.
/// </summary>
/// <remarks>
/// Errors are of two kinds: <see cref="GattException"/> carries what the device answered (an ATT error code), and
/// <see cref="ProvisioningException"/> what is wrong with the link or with this machine
/// (<see cref="ProvisioningErrorReason.DeviceUnreachable"/>, <see cref="ProvisioningErrorReason.SessionLost"/>, the Bluetooth reasons).
/// </remarks>
public interface IGattLink : IAsyncDisposable
{
    /// <summary>The device's Bluetooth address.</summary>
    string Address { get; }

    /// <summary>Whether the link is up.</summary>
    bool IsConnected { get; }

    /// <summary>Whether this machine has keys for the device.</summary>
    bool IsPaired { get; }

    /// <summary>Whether those keys came about for this link, asked for or not, so that they are this link's to forget.</summary>
    bool HasOwnBond { get; }

    /// <summary>The ATT MTU in bytes, null where the platform does not tell.</summary>
    int? Mtu { get; }

    /// <summary>Connects, and returns when the services are known.</summary>
    Task ConnectAsync(CancellationToken cancellationToken);

    /// <summary>All characteristics of all services.</summary>
    Task<IReadOnlyList<GattCharacteristic>> GetCharacteristicsAsync(CancellationToken cancellationToken);

    /// <summary>Reads a descriptor of a characteristic; null when it has none of that UUID.</summary>
    Task<byte[]?> ReadDescriptorAsync(GattCharacteristic characteristic, Guid descriptor, CancellationToken cancellationToken);

    /// <summary>Writes with response, as a long write where the value does not fit into one packet.</summary>
    Task WriteAsync(GattCharacteristic characteristic, ReadOnlyMemory<byte> value, CancellationToken cancellationToken);

    /// <summary>Reads from the device, never from a cache, as a long read where needed.</summary>
    Task<byte[]> ReadAsync(GattCharacteristic characteristic, CancellationToken cancellationToken);

    /// <summary>Pairs with the device, without a passkey ("just works").</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.PairingFailed"/>.</exception>
    Task PairAsync(CancellationToken cancellationToken);

    /// <summary>Forgets the keys for the device, which also disconnects it on most platforms.</summary>
    Task UnpairAsync(CancellationToken cancellationToken);

    /// <summary>Disconnects; nothing happens when the link is down already.</summary>
    Task DisconnectAsync(CancellationToken cancellationToken);
}

/// <summary>A characteristic that a device offers.</summary>
/// <param name="ServiceUuid">The UUID of the service that it belongs to.</param>
/// <param name="Uuid">Its own UUID.</param>
/// <param name="Id">The platform's own name for it: an object path, a handle.</param>
public sealed record GattCharacteristic(Guid ServiceUuid, Guid Uuid, string Id);
