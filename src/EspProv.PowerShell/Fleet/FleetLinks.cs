using EspProv.Board.Log;
using EspProv.Commands.Discovery;
using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Sessions;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Commands.Fleet;

/// <summary>Finds devices and makes links for a run on this machine.</summary>
/// <param name="connectTimeout">How long finding, and then connecting, may take; null for the transport's default.</param>
/// <param name="exchangeTimeout">How long one request and its reply may take.</param>
/// <param name="pair">Pair right after connecting over Bluetooth.</param>
internal sealed class FleetLinks(TimeSpan? connectTimeout, TimeSpan exchangeTimeout, bool pair) : IFleetLinks
{
    /// <inheritdoc/>
    public async Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken)
    {
        // Not among access points: a run must not leave this machine's network for a device that is given only by name.
        var request = new DiscoveryRequest(row.Adapter, ServiceUuid: null);
        var lookup = new DeviceLookup(request, connectTimeout) { LooksForAccessPoints = false };
        if (await lookup.TryFindAsync(row.Name!, row.Transport, cancellationToken).ConfigureAwait(false) is { } device)
            return device;

        // The QR code of a SoftAP device names its access point; assume that this machine has joined it.
        if (row is { IsFromQrCode: true, Transport: ProvisioningTransport.SoftAP })
            return new ProvisioningDevice { Name = row.Device, Transport = row.Transport, Address = HttpTransport.AccessPointAddress };
        throw new ProvisioningException(
            ProvisioningErrorReason.DeviceUnreachable,
            $"No device in provisioning mode over {row.Transport} has the name '{row.Name}'.");
    }

    /// <inheritdoc/>
    public async Task<IJoinWitness> WatchAsync(FleetRow row, CancellationToken cancellationToken) =>
        await BoardJoinWitness.OpenAsync(row.MonitorPort!, row.MonitorBaudRate, row.ServiceName).ConfigureAwait(false);

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
