using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Fleet.Run;

/// <summary>Finds devices, and makes links to them.</summary>
public interface IFleetLinks
{
    /// <summary>Finds the device of a row that has no address.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DeviceUnreachable"/>: no device of that name was found;
    /// <see cref="ProvisioningErrorReason.DeviceNameAmbiguous"/>: several were.
    /// </exception>
    Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken);

    /// <summary>A link to the device of a row, not connected yet.</summary>
    /// <param name="row">The row; owned by the caller.</param>
    /// <param name="device">The device.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>, <see cref="ProvisioningErrorReason.InvalidAddress"/>.
    /// </exception>
    ITransport CreateTransport(FleetRow row, ProvisioningDevice device);

    /// <summary>Starts to watch the log of a row's board (<see cref="FleetRow.MonitorPort"/>); the caller disposes of it.</summary>
    /// <param name="row">The row; owned by the caller.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>: these links watch no ports, which is the default;
    /// <see cref="ProvisioningErrorReason.DeviceUnreachable"/>: the port cannot be opened.
    /// </exception>
    Task<IJoinWitness> WatchAsync(FleetRow row, CancellationToken cancellationToken) => Task.FromException<IJoinWitness>(
        new ProvisioningException(ProvisioningErrorReason.TransportUnavailable, "The logs of boards cannot be watched here."));
}
