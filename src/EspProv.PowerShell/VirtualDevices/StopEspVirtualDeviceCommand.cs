using System.Management.Automation;

namespace EspProv.Commands.VirtualDevices;

/// <summary>Powers virtual devices off; keeps their state files.</summary>
[Cmdlet(VerbsLifecycle.Stop, "EspVirtualDevice", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspVirtualDevice))]
public sealed class StopEspVirtualDeviceCommand : VirtualDeviceCmdlet
{
    /// <summary>Write the devices that were stopped.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Stops each device of the record.</summary>
    protected override void ProcessRecord()
    {
        foreach (EspVirtualDevice device in NamedVirtualDevices())
        {
            if (!ShouldProcess(device.Name, "Power the virtual device off") || !VirtualDeviceRegistry.Current.Remove(device))
                continue;
            Await(async (_, _) => await device.StopAsync().ConfigureAwait(false));
            if (PassThru)
                WriteObject(device);
        }
    }
}
