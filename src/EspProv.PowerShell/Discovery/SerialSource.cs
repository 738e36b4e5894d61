using System.Runtime.CompilerServices;
using EspProv.Commands.VirtualDevices;
using EspProv.Devices;
using EspProv.Host.SerialPorts;
using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>The serial ports of this machine, with or without a device in provisioning mode at the other end.</summary>
internal sealed class SerialSource(TimeProvider timeProvider) : IDiscoverySource
{
    /// <inheritdoc/>
    public ProvisioningTransport Transport => ProvisioningTransport.Serial;

    /// <summary>A port may have no device: credentials must not go to all ports by default.</summary>
    public bool IsOnRequestOnly => true;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProvisioningDevice> FindAsync(
        DiscoveryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (ProvisioningDevice device in VirtualDeviceRegistry.Current.FindOver(Transport, timeProvider))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return device;
        }

        foreach (SerialPortDescription port in new SerialPortFinder().Find())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ProvisioningDevice
            {
                Name = port.Port,
                Transport = Transport,
                Address = port.Port,
                Description = port.Summary,
                LastSeen = timeProvider.GetUtcNow(),
            };
        }
    }
}
