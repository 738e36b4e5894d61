using System.Management.Automation;

namespace EspProv.Commands.VirtualDevices;

/// <summary>Lists the virtual devices of this process.</summary>
[Cmdlet(VerbsCommon.Get, "EspVirtualDevice", DefaultParameterSetName = NameSet)]
[OutputType(typeof(EspVirtualDevice))]
public sealed class GetEspVirtualDeviceCommand : VirtualDeviceCmdlet
{
    /// <summary>Lists the requested devices, or all.</summary>
    protected override void ProcessRecord() => WriteObject(
        Name is null && VirtualDevice is null ? VirtualDeviceRegistry.Current.All : NamedVirtualDevices(), enumerateCollection: true);
}
