using System.Runtime.CompilerServices;
using EspProv.Commands.VirtualDevices;
using EspProv.Devices;
using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>The virtual devices of this process whose provisioning service is up: a provisioned device does not advertise.</summary>
internal sealed class VirtualDeviceSource(TimeProvider timeProvider) : IDiscoverySource
{
    /// <inheritdoc/>
    public ProvisioningTransport Transport => ProvisioningTransport.SoftAP;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProvisioningDevice> FindAsync(
        DiscoveryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (EspVirtualDevice device in VirtualDeviceRegistry.Current.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // One that is on the air is found there.
            if (device.Transport == Transport && device.Device.IsServiceUp)
                yield return device.ToProvisioningDevice(timeProvider.GetUtcNow());
        }
    }
}
