using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Tests.Support;

/// <summary>HTTP links for rows that have an address.</summary>
internal sealed class HttpLinks(HttpTransportOptions? options = null) : IFleetLinks
{
    public Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ITransport CreateTransport(FleetRow row, ProvisioningDevice device) => new HttpTransport(device.Address, options);
}
