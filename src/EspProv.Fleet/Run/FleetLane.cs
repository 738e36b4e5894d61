using EspProv.Fleet.Plan;
using EspProv.Transports;

namespace EspProv.Fleet.Run;

/// <summary>A group of rows that share a limit.</summary>
/// <param name="Transport">How they are reached.</param>
/// <param name="JoinsAccessPoint">Whether this machine joins their access points.</param>
internal readonly record struct FleetLane(ProvisioningTransport Transport, bool JoinsAccessPoint)
{
    /// <summary>The lane of a row.</summary>
    public static FleetLane Of(FleetRow row) => row.Session is { } session
        ? new(session.Device.Transport, JoinsAccessPoint: false)
        : new(row.Transport, row.AccessPoint is not null);
}
