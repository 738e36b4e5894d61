using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using EspProv.Devices;
using EspProv.Sessions;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Commands.Discovery;

/// <summary>The device whose access point the user joined with this machine. It does not advertise, so it is queried.</summary>
internal sealed class JoinedAccessPointSource(TimeProvider timeProvider) : IDiscoverySource
{
    // Short, since it delays the search: devices answer within a fraction of a second.
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1.5);

    // The network of every device's own access point.
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

    // On another network that address belongs to another machine, or is behind a router.
    private static bool IsJoined() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(one => one.OperationalStatus is not OperationalStatus.Down)
        .SelectMany(one => one.GetIPProperties().UnicastAddresses)
        .Any(one => one.Address.AddressFamily is AddressFamily.InterNetwork && AccessPointNetwork.Contains(one.Address));

    private async Task<ProvisioningDevice?> AskAsync(string address, CancellationToken cancellationToken)
    {
        var link = new HttpTransport(address, new HttpTransportOptions { ConnectTimeout = AnswerTimeout, ExchangeTimeout = AnswerTimeout });
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
