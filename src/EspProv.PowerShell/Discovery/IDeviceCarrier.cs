using EspProv.Devices;

namespace EspProv.Commands.Discovery;

/// <summary>Output of a device command that can be piped on in place of the device.</summary>
internal interface IDeviceCarrier
{
    /// <summary>The device; null when there is a session to use instead.</summary>
    ProvisioningDevice? DeviceWithoutSession { get; }
}
