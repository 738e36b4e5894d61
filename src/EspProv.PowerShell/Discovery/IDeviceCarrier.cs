using EspProv.Devices;

namespace EspProv.Commands.Discovery;

/// <summary>An object of a command to a device that can stand for the device.</summary>
internal interface IDeviceCarrier
{
    /// <summary>The device; null where there is a session to use instead.</summary>
    ProvisioningDevice? DeviceWithoutSession { get; }
}
