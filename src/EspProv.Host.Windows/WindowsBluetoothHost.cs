using EspProv.Host.Bluetooth.Windows;
using EspProv.Transports.Gatt;

namespace EspProv.Host.Windows;

/// <summary>Bluetooth on Windows, by InTheHand.BluetoothLE and the Windows Runtime.</summary>
public sealed class WindowsBluetoothHost : IBluetoothHost
{
    private readonly WindowsHost _host = new(new WindowsRadio(), TimeProvider.System);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BluetoothAdapter>> GetAdaptersAsync(CancellationToken cancellationToken) =>
        _host.GetAdaptersAsync(cancellationToken);

    /// <inheritdoc/>
    public IGattLink CreateLink(string address, string? adapter = null) => _host.CreateLink(address, adapter);

    /// <inheritdoc/>
    public IAsyncEnumerable<BleAdvertisement> ScanAsync(BleScanOptions options, CancellationToken cancellationToken) =>
        _host.ScanAsync(options, cancellationToken);
}
