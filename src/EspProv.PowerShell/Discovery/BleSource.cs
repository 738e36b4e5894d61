using EspProv.Devices;
using EspProv.Host.Bluetooth;
using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>The devices that advertise over Bluetooth LE.</summary>
internal sealed class BleSource : IDiscoverySource
{
    /// <inheritdoc/>
    public ProvisioningTransport Transport => ProvisioningTransport.Ble;

    /// <inheritdoc/>
    public IAsyncEnumerable<ProvisioningDevice> FindAsync(DiscoveryRequest request, CancellationToken cancellationToken) =>
        new BleDeviceFinder(BluetoothPlatform.CreateHost()).FindAsync(request.Adapter, request.ServiceUuid, cancellationToken);
}
