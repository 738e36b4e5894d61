namespace EspProv.Transports.Gatt;

/// <summary>Receives the advertisements of Bluetooth LE devices.</summary>
public interface IBleScanner
{
    /// <summary>
    /// Scans actively until <paramref name="cancellationToken"/> is cancelled or the enumeration ends; the scan is stopped before the
    /// enumerator's disposal completes. A device is reported again when its data changes.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// One of the Bluetooth reasons: no adapter, switched off, blocked, no service, no permission.
    /// </exception>
    IAsyncEnumerable<BleAdvertisement> ScanAsync(BleScanOptions options, CancellationToken cancellationToken);
}

/// <summary>The machine's Bluetooth, whatever the platform: adapters, scans, links.</summary>
public interface IBluetoothHost : IBleScanner
{
    /// <summary>The adapters of this machine, the default one first.</summary>
    Task<IReadOnlyList<BluetoothAdapter>> GetAdaptersAsync(CancellationToken cancellationToken);

    /// <summary>A link, not yet connected, to the device at <paramref name="address"/>.</summary>
    /// <param name="address">Six bytes in hex with colons; convert other notations with <see cref="BluetoothAddress.Parse"/>.</param>
    /// <param name="adapter">An adapter's name (<c>hci0</c>) or address; null for the default one.</param>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidAddress"/>.</exception>
    IGattLink CreateLink(string address, string? adapter = null);
}

/// <summary>A Bluetooth adapter of this machine.</summary>
/// <param name="Name">The system's name for it: <c>hci0</c>.</param>
/// <param name="Address">Its Bluetooth address.</param>
/// <param name="IsPowered">Whether it is switched on.</param>
public sealed record BluetoothAdapter(string Name, string Address, bool IsPowered);

/// <summary>Options of a scan.</summary>
public sealed record BleScanOptions
{
    /// <summary>An adapter's name or address; null for the default one.</summary>
    public string? Adapter { get; init; }
}

/// <summary>A device as known from its advertisements and scan responses so far.</summary>
public sealed record BleAdvertisement
{
    /// <summary>The device's address: six bytes in upper-case hex with colons.</summary>
    public required string Address { get; init; }

    private readonly string? _name;

    /// <summary>The local name as text to show, null until a scan response brought it (PROTOCOL.md §7).</summary>
    public string? Name
    {
        get => _name;
        init => _name = UntrustedText.Show(value);
    }

    /// <summary>Signal strength in dBm; null if the controller does not report it (127 on the wire).</summary>
    public int? Rssi { get; init; }

    /// <summary>Advertised service UUIDs.</summary>
    public IReadOnlyList<Guid> ServiceUuids { get; init; } = [];

    /// <summary>Manufacturer data by company identifier.</summary>
    public IReadOnlyDictionary<ushort, ReadOnlyMemory<byte>> ManufacturerData { get; init; } =
        new Dictionary<ushort, ReadOnlyMemory<byte>>();

    /// <summary>When it was received.</summary>
    public required DateTimeOffset LastSeen { get; init; }
}
