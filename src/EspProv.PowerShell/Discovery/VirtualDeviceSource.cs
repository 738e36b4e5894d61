using System.Runtime.CompilerServices;
using EspProv.Commands.VirtualDevices;
using EspProv.Devices;
using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>The virtual devices of this process whose provisioning service is up; provisioned devices do not advertise.</summary>
internal sealed class VirtualDeviceSource(TimeProvider timeProvider) : IDiscoverySource
{
    /// <inheritdoc/>
    public ProvisioningTransport Transport => ProvisioningTransport.SoftAP;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProvisioningDevice> FindAsync(
        DiscoveryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        // Virtual devices on Bluetooth are found by a Bluetooth scan.
        foreach (ProvisioningDevice device in VirtualDeviceRegistry.Current.FindOver(Transport, timeProvider))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return device;
        }
    }
}
