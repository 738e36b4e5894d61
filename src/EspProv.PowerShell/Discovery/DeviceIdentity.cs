using EspProv.Devices;
using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>
/// What two finds of one device have in common. Not the name: it may arrive later than the address. The access point, since devices that
/// have their own share one address.
/// </summary>
internal readonly record struct DeviceIdentity(ProvisioningTransport Transport, string Address, string? AccessPoint)
{
    /// <summary>The identity of a device.</summary>
    internal static DeviceIdentity Of(ProvisioningDevice device) => new(device.Transport, device.Address, device.AccessPoint);
}
