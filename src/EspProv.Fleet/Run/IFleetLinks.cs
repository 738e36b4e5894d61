using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Transports;

namespace EspProv.Fleet.Run;

/// <summary>How a run gets at devices: by the links that this machine has, or by those of a test.</summary>
public interface IFleetLinks
{
    /// <summary>Finds the device of a row that has no address.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DeviceUnreachable"/>: nothing of that name is there;
    /// <see cref="ProvisioningErrorReason.DeviceNameAmbiguous"/>: several are.
    /// </exception>
    Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken);

    /// <summary>A link to the device of a row, not connected yet.</summary>
    /// <param name="row">How it is to be reached; stays the caller's.</param>
    /// <param name="device">Where it is.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>, <see cref="ProvisioningErrorReason.InvalidAddress"/>.
    /// </exception>
    ITransport CreateTransport(FleetRow row, ProvisioningDevice device);
}
