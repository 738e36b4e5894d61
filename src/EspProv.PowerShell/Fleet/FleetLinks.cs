using EspProv.Commands.Discovery;
using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Commands.Fleet;

/// <summary>The links and the ways to find a device that this machine has.</summary>
/// <param name="connectTimeout">How long finding and connecting may take each; null for what is usual for the transport.</param>
/// <param name="exchangeTimeout">How long one request and its reply may take.</param>
/// <param name="pair">Pair right after connecting over Bluetooth.</param>
internal sealed class FleetLinks(TimeSpan? connectTimeout, TimeSpan exchangeTimeout, bool pair) : IFleetLinks
{
    /// <inheritdoc/>
    public async Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken)
    {
        // A run does not leave this machine's network for a device that it only knows the name of.
        var lookup = new DeviceLookup(new DiscoveryRequest(row.Adapter, ServiceUuid: null), connectTimeout) { LooksForAccessPoints = false };
        if (await lookup.TryFindAsync(row.Name!, row.Transport, cancellationToken).ConfigureAwait(false) is { } device)
            return device;

        // The code of a SoftAP device names its access point, which this machine has joined when it is to be reached at all.
        if (row is { IsFromQrCode: true, Transport: ProvisioningTransport.SoftAP })
            return new ProvisioningDevice { Name = row.Device, Transport = row.Transport, Address = HttpTransport.AccessPointAddress };
        throw new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, $"No device in provisioning mode over {row.Transport} has the name '{row.Name}'.");
    }

    /// <inheritdoc/>
    public ITransport CreateTransport(FleetRow row, ProvisioningDevice device) => TransportFactory.Create(
        device,
        new LinkSettings(connectTimeout, exchangeTimeout)
        {
            Adapter = row.Adapter,
            Pair = pair,
            SoftApKey = row.SoftApKey,
            BaudRate = row.BaudRate,
            LineLimit = row.LineLimit,
            BodyLimit = row.BodyLimit,
        });
}
