using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using EspProv.Devices;
using EspProv.Sessions;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Commands.Discovery;

/// <summary>The device whose access point this machine was joined to by hand: it is asked, since nothing announces it.</summary>
internal sealed class JoinedAccessPointSource(TimeProvider timeProvider) : IDiscoverySource
{
    // A device answers within a fraction of a second, and whoever looks for others waits.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1.5);

    // What a device's own access point gives its stations.
    private static readonly IPNetwork AccessPointNetwork = new(IPAddress.Parse("192.168.4.0"), 24);

    /// <inheritdoc/>
    public ProvisioningTransport Transport => ProvisioningTransport.SoftAP;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ProvisioningDevice> FindAsync(
        DiscoveryRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (IsJoined() && await AskAsync(HttpTransport.AccessPointAddress, cancellationToken).ConfigureAwait(false) is { } device)
            yield return device;
    }

    // Elsewhere that address is somebody else's, or behind a router.
    private static bool IsJoined() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(one => one.OperationalStatus is not OperationalStatus.Down)
        .SelectMany(one => one.GetIPProperties().UnicastAddresses)
        .Any(one => one.Address.AddressFamily is AddressFamily.InterNetwork && AccessPointNetwork.Contains(one.Address));

    private async Task<ProvisioningDevice?> AskAsync(string address, CancellationToken cancellationToken)
    {
        var link = new HttpTransport(address, new HttpTransportOptions { ConnectTimeout = AnswerTime, ExchangeTimeout = AnswerTime });
        await using (link.ConfigureAwait(false))
        {
            try
            {
                DeviceCapability capability = await ProvisioningSession.GetCapabilityAsync(link, cancellationToken).ConfigureAwait(false);
                return new ProvisioningDevice
                {
                    Name = address,
                    Transport = Transport,
                    Address = address,
                    SecurityVersion = capability.SecurityVersion,
                    LastSeen = timeProvider.GetUtcNow(),
                };
            }
            catch (ProvisioningException)
            {
                return null;
            }
        }
    }
}
