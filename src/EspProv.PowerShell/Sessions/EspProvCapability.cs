using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>What a device reports about itself without a session. None of it is authenticated.</summary>
public sealed class EspProvCapability
{
    private readonly ProvisioningDevice _device;
    private readonly DeviceCapability _capability;

    internal EspProvCapability(ProvisioningDevice device, DeviceCapability capability)
    {
        _device = device;
        _capability = capability;
    }

    /// <summary>The device's name.</summary>
    public string Name => _device.Name;

    /// <summary>The device's address.</summary>
    public string Address => _device.Address;

    /// <summary>How the device is reached.</summary>
    public ProvisioningTransport Transport => _device.Transport;

    /// <summary>The version of its provisioning service; from very old firmware, the whole reply.</summary>
    public string Version => _capability.Version;

    /// <summary>The security scheme, if the firmware reports it.</summary>
    public SecurityVersion? SecurityVersion => _capability.SecurityVersion;

    /// <summary>The patch level of security 2, if the firmware reports it.</summary>
    public int? SecurityPatchVersion => _capability.SecurityPatchVersion;

    /// <summary>The capability list: wifi_scan, no_pop, no_sec, …</summary>
    public TextList Capabilities => new(_capability.Capabilities);

    /// <summary>What the application adds to the reply: label to JSON text.</summary>
    public TextTable Application => new(_capability.Application);

    /// <summary>The reply as received.</summary>
    public string Raw => _capability.Raw;

    /// <summary>Name and version.</summary>
    public override string ToString() => $"{Name} {Version}";
}
