namespace EspProv.Transports.Gatt;

/// <summary>
/// A Bluetooth LE link to one device, limited to what the protocol needs. Implementations are not thread-safe, can be
/// connected again after a disconnect, and honour the token on every call.
/// </summary>
/// <remarks>
/// Errors are of two kinds: <see cref="GattException"/> is the device's answer (an ATT error code), and
/// <see cref="ProvisioningException"/> a problem of the link or of this machine
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

    /// <summary>Whether those keys were created for this link, so that it may remove them.</summary>
    bool HasOwnBond { get; }

    /// <summary>The ATT MTU in bytes, null if the platform does not report it.</summary>
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

    /// <summary>Removes the keys for the device, which also disconnects it on most platforms.</summary>
    Task UnpairAsync(CancellationToken cancellationToken);

    /// <summary>Disconnects; no effect if disconnected already.</summary>
    Task DisconnectAsync(CancellationToken cancellationToken);
}

/// <summary>A characteristic that a device offers.</summary>
/// <param name="ServiceUuid">The UUID of the service that it belongs to.</param>
/// <param name="Uuid">Its own UUID.</param>
/// <param name="Id">The platform's id: an object path or a handle.</param>
public sealed record GattCharacteristic(Guid ServiceUuid, Guid Uuid, string Id);
