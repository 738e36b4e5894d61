using EspProv.Commands.Discovery;
using EspProv.Devices;

namespace EspProv.Commands.Sessions;

/// <summary>An object that came out of a command to a device, and can be piped to the next one.</summary>
internal interface ISessionCarrier : IDeviceCarrier
{
    /// <summary>The session that it was made in; null when that ended with the command.</summary>
    EspProvSession? Session { get; }

    /// <summary>The device that it is about.</summary>
    ProvisioningDevice Origin { get; }

    ProvisioningDevice? IDeviceCarrier.DeviceWithoutSession => Session is null ? Origin : null;
}
