using System.Runtime.CompilerServices;
using EspProv.Discovery;
using EspProv.Host.Wifi;
using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>The access points that this machine hears, by their names: devices have one of their own while they wait.</summary>
internal sealed class HostWifiSource(TimeProvider timeProvider) : IDiscoverySource
{
    /// <summary>Where every device has its own access point (PROTOCOL.md §6).</summary>
    internal const string DeviceAddress = "192.168.4.1";

    /// <inheritdoc/>
    public ProvisioningTransport Transport => ProvisioningTransport.SoftAP;

    /// <summary>A radio that is connected meanwhile takes its time for all channels, and there is no answer before the end of the scan.</summary>
    public TimeSpan UsualTime => TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProvisioningDevice> FindAsync(
        DiscoveryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IReadOnlyList<HostWifiNetwork> networks = await HostWifiPlatform.Create().ScanAsync(cancellationToken).ConfigureAwait(false);
        foreach (HostWifiNetwork network in networks.OrderByDescending(network => network.Rssi).DistinctBy(network => network.Ssid))
        {
            yield return new ProvisioningDevice
            {
                Name = network.Ssid,
                Transport = Transport,
                Address = DeviceAddress,
                AccessPoint = network.Ssid,
                Rssi = network.Rssi,
                Description = network.IsSecured ? "needs -SoftApKey" : null,
                LastSeen = timeProvider.GetUtcNow(),
            };
        }
    }
}
