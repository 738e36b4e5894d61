using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EspProv.Devices;
using EspProv.Transports.Gatt;

namespace EspProv.Host.Bluetooth.Windows;

/// <summary>
/// Bluetooth on Windows, over <see cref="IWindowsRadio"/>: errors, scans that merge the parts of an advertisement, and links.
/// </summary>
internal sealed class WindowsHost(IWindowsRadio radio, TimeProvider timeProvider) : IBluetoothHost
{
    // Windows uses one adapter, and has no name for it.
    private const string AdapterName = "default";

    private const ulong MaxAddress = 0xFFFF_FFFF_FFFF;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BluetoothAdapter>> GetAdaptersAsync(CancellationToken cancellationToken)
    {
        if (await radio.GetAddressAsync().WaitAsync(cancellationToken).ConfigureAwait(false) is not { } address)
            return [];
        WindowsRadioState state = await radio.GetStateAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        return [new BluetoothAdapter(AdapterName, Format(address), state == WindowsRadioState.On)];
    }

    /// <inheritdoc/>
    public IGattLink CreateLink(string address, string? adapter = null) =>
        new WindowsGattLink(this, radio, BluetoothAddress.Parse(address), adapter);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BleAdvertisement> ScanAsync(
        BleScanOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await RequireAsync(options.Adapter, cancellationToken).ConfigureAwait(false);
        Channel<WindowsAdvertisement> heard = BleAdvertisements.CreateQueue<WindowsAdvertisement>();
        var known = new Dictionary<ulong, BleAdvertisement>();
        using IDisposable scan = radio.StartScan(advertisement => heard.Writer.TryWrite(advertisement), () => heard.Writer.TryComplete());
        await foreach (WindowsAdvertisement part in heard.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            // Addresses have six bytes; an attacker can make them up without end.
            if (part.Address > MaxAddress || (known.Count >= BleDeviceFinder.MaxDevices && !known.ContainsKey(part.Address)))
                continue;
            known[part.Address] = Merge(known.GetValueOrDefault(part.Address), part);
            yield return known[part.Address];
        }

        // Windows ended the scan: the adapter was switched off or removed.
        await RequireAsync(options.Adapter, cancellationToken).ConfigureAwait(false);
        throw new ProvisioningException(ProvisioningErrorReason.BluetoothFailed, "Windows ended the Bluetooth scan.");
    }

    /// <summary>Throws unless the adapter can be used.</summary>
    /// <exception cref="ProvisioningException">One of the Bluetooth reasons.</exception>
    internal async Task RequireAsync(string? adapter, CancellationToken cancellationToken)
    {
        if (await FindFaultAsync().WaitAsync(cancellationToken).ConfigureAwait(false) is { } fault)
            throw fault;
        if (adapter is null || adapter.Equals(AdapterName, StringComparison.OrdinalIgnoreCase))
            return;
        BluetoothAdapter only = (await GetAdaptersAsync(cancellationToken).ConfigureAwait(false))[0];
        if (!BluetoothAddress.TryParse(adapter, out string? address) || address != only.Address)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.BluetoothAdapterNotFound, $"Windows uses one Bluetooth adapter, {only.Address}, and that is "
                    + $"not '{adapter}'.");
        }
    }

    /// <summary>The adapter's error; null for none.</summary>
    internal async Task<ProvisioningException?> FindFaultAsync() => await radio.GetStateAsync().ConfigureAwait(false) switch
    {
        WindowsRadioState.On => null,
        WindowsRadioState.Missing => new(ProvisioningErrorReason.BluetoothAdapterNotFound, "This machine has no Bluetooth LE adapter."),
        WindowsRadioState.Off => new(ProvisioningErrorReason.BluetoothAdapterOff, "Bluetooth is switched off in Windows' settings."),
        WindowsRadioState.Blocked =>
            new(ProvisioningErrorReason.BluetoothBlocked, "The Bluetooth radio is blocked by a switch or by flight mode."),
        _ => new(ProvisioningErrorReason.BluetoothPermissionDenied, "Windows' privacy settings do not let this program use Bluetooth."),
    };

    internal static string Format(ulong address) =>
        BluetoothAddress.Parse(address.ToString("X12", CultureInfo.InvariantCulture));

    private BleAdvertisement Merge(BleAdvertisement? before, WindowsAdvertisement part) => new()
    {
        Address = Format(part.Address),
        Name = part.Name.Length > 0 ? part.Name : before?.Name,
        // 127 means unknown.
        Rssi = part.Rssi == 127 ? before?.Rssi : part.Rssi,
        ServiceUuids = part.ServiceUuids.Count > 0 ? part.ServiceUuids : before?.ServiceUuids ?? [],
        ManufacturerData = part.ManufacturerData.Count > 0 || before is null ? part.ManufacturerData : before.ManufacturerData,
        LastSeen = timeProvider.GetUtcNow(),
    };
}
