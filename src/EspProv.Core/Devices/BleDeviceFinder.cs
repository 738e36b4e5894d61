using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using EspProv.Transports;
using EspProv.Transports.Gatt;

namespace EspProv.Devices;

/// <summary>Turns Bluetooth advertisements into devices (PROTOCOL.md §7).</summary>
public sealed class BleDeviceFinder
{
    /// <summary>The most devices of one scan; further ones are ignored, since an attacker can make up addresses without end.</summary>
    public const int MaxDevices = 4096;

    /// <summary>The longest name, in bytes of UTF-8 (Bluetooth Core, Vol 3, Part C, 12.1). Longer names are ignored.</summary>
    public const int MaxNameLength = 248;

    private readonly IBleScanner _scanner;

    /// <summary>Creates a finder over <paramref name="scanner"/>.</summary>
    public BleDeviceFinder(IBleScanner scanner)
    {
        ArgumentNullException.ThrowIfNull(scanner);
        _scanner = scanner;
    }

    /// <summary>
    /// Scans until cancelled, and reports each device once, as soon as its name is known. The name comes in the scan response, which may be
    /// lost: a device of which only a service UUID was received is reported under its address after cancellation, before the enumeration
    /// ends with <see cref="OperationCanceledException"/>. At most <see cref="MaxDevices"/> are reported.
    /// </summary>
    /// <param name="adapter">The adapter's name or address; null for the default one.</param>
    /// <param name="serviceUuid">
    /// Report only devices that advertise this service; null for all with a name, and those with a well-known provisioning service.
    /// </param>
    /// <param name="cancellationToken">Ends the scan.</param>
    /// <exception cref="ProvisioningException">Those of <see cref="IBleScanner.ScanAsync"/>.</exception>
    public async IAsyncEnumerable<ProvisioningDevice> FindAsync(
        string? adapter, Guid? serviceUuid, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reported = new HashSet<string>(StringComparer.Ordinal);
        var nameless = new Dictionary<string, ProvisioningDevice>(StringComparer.Ordinal);
        IAsyncEnumerator<BleAdvertisement> advertisements =
            _scanner.ScanAsync(new BleScanOptions { Adapter = adapter }, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (advertisements.ConfigureAwait(false))
        {
            while (await MoveNextAsync(advertisements, cancellationToken).ConfigureAwait(false))
            {
                BleAdvertisement advertisement = advertisements.Current;
                if (reported.Contains(advertisement.Address) || (serviceUuid is { } wanted && !advertisement.ServiceUuids.Contains(wanted)))
                    continue;

                if (reported.Count + nameless.Count >= MaxDevices && !nameless.ContainsKey(advertisement.Address))
                    continue;
                ProvisioningDevice device = ToDevice(advertisement) with { Adapter = adapter };
                if (IsName(advertisement.Name))
                {
                    reported.Add(advertisement.Address);
                    nameless.Remove(advertisement.Address);
                    yield return device;
                }
                else if (serviceUuid is not null || advertisement.ServiceUuids.Any(ProvisioningService.KnownUuids.Contains))
                {
                    nameless[advertisement.Address] = device;
                }
            }
        }

        foreach (ProvisioningDevice device in nameless.Values)
            yield return device;
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static async Task<bool> MoveNextAsync(IAsyncEnumerator<BleAdvertisement> advertisements, CancellationToken cancellationToken)
    {
        try
        {
            return await advertisements.MoveNextAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static bool IsName(string? name) => !string.IsNullOrEmpty(name) && Encoding.UTF8.GetByteCount(name) <= MaxNameLength;

    private static ProvisioningDevice ToDevice(BleAdvertisement advertisement) => new()
    {
        Name = IsName(advertisement.Name) ? advertisement.Name! : advertisement.Address,
        Transport = ProvisioningTransport.Ble,
        Address = advertisement.Address,
        Rssi = advertisement.Rssi,
        ServiceUuids = [.. advertisement.ServiceUuids.Select(uuid => uuid.ToString())],
        ManufacturerData = advertisement.ManufacturerData.Count == 0 ? null : string.Join(' ', advertisement.ManufacturerData.Select(Hex)),
        LastSeen = advertisement.LastSeen,
    };

    // As on the air: the company identifier first, little-endian.
    private static string Hex(KeyValuePair<ushort, ReadOnlyMemory<byte>> entry)
    {
        Span<byte> company = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(company, entry.Key);
        return (Convert.ToHexString(company) + Convert.ToHexString(entry.Value.Span)).ToLowerInvariant();
    }
}
