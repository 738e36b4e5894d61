using System.Runtime.CompilerServices;
using EspProv.Devices;
using EspProv.Host.Wifi;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Commands.Discovery;

/// <summary>The access points in range of this machine; a SoftAP device has its own while it waits for provisioning.</summary>
internal sealed class HostWifiSource(TimeProvider timeProvider) : IDiscoverySource
{
    /// <inheritdoc/>
    public ProvisioningTransport Transport => ProvisioningTransport.SoftAP;

    /// <summary>A connected radio scans all channels slowly, and reports nothing before the end of the scan.</summary>
    public TimeSpan DefaultTimeout => TimeSpan.FromSeconds(20);

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
                Address = HttpTransport.AccessPointAddress,
                AccessPoint = network.Ssid,
                Rssi = network.Rssi,
                Description = network.IsSecured ? "needs -SoftApKey" : null,
                LastSeen = timeProvider.GetUtcNow(),
            };
        }
    }
}
