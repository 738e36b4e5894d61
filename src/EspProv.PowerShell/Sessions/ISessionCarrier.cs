using EspProv.Commands.Discovery;
using EspProv.Devices;

namespace EspProv.Commands.Sessions;

/// <summary>Output of a device command that can be piped to the next command.</summary>
internal interface ISessionCarrier : IDeviceCarrier
{
    /// <summary>The session of the command; null if it was closed with the command.</summary>
    EspProvSession? Session { get; }

    /// <summary>The device of the command.</summary>
    ProvisioningDevice Origin { get; }

    ProvisioningDevice? IDeviceCarrier.DeviceWithoutSession => Session is null ? Origin : null;
}
