using EspProv.Discovery;
using EspProv.Fleet;
using EspProv.Transports;

namespace EspProv.FleetRig;

/// <summary>HTTP, with time-outs that suit a loopback.</summary>
internal sealed class HttpLinks : IFleetLinks
{
    public Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken) =>
        throw new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, "The rig's rows have addresses.");

    public ITransport CreateTransport(FleetRow row, ProvisioningDevice device) => new HttpTransport(
        device.Address, new HttpTransportOptions { ConnectTimeout = TimeSpan.FromSeconds(5), ExchangeTimeout = TimeSpan.FromSeconds(5) });
}
