using EspProv.Board.Log;
using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Sessions;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Tests.Support;

/// <summary>HTTP links for rows that have an address, with the logs of boards on pseudo-terminals.</summary>
internal sealed class HttpLinks(HttpTransportOptions? options = null) : IFleetLinks
{
    public Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ITransport CreateTransport(FleetRow row, ProvisioningDevice device) => new HttpTransport(device.Address, options);

    public async Task<IJoinWitness> WatchAsync(FleetRow row, CancellationToken cancellationToken) =>
        await BoardJoinWitness.OpenAsync(row.MonitorPort!, row.MonitorBaudRate, row.ServiceName);
}
