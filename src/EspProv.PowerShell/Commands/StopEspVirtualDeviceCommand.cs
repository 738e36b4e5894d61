using System.Management.Automation;
using EspProv.Commands.Abstractions;
using EspProv.Commands.Registry;

namespace EspProv.Commands;

/// <summary>Powers virtual devices off; a state file stays.</summary>
[Cmdlet(VerbsLifecycle.Stop, "EspVirtualDevice", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
public sealed class StopEspVirtualDeviceCommand : VirtualDeviceCmdlet
{
    /// <summary>Stops each device of the record.</summary>
    protected override void ProcessRecord()
    {
        foreach (EspVirtualDevice device in NamedVirtualDevices())
        {
            if (ShouldProcess(device.Name, "Power the virtual device off") && ModuleState.Current.VirtualDevices.Remove(device))
                Await(async (_, _) => await device.StopAsync().ConfigureAwait(false));
        }
    }
}
