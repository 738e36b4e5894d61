using System.Management.Automation;

namespace EspProv.Commands.VirtualDevices;

/// <summary>Erases the credentials of virtual devices and restarts them, like erasing a board's NVS partition.</summary>
[Cmdlet(VerbsCommon.Clear, "EspVirtualDevice", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspVirtualDevice))]
public sealed class ClearEspVirtualDeviceCommand : VirtualDeviceCmdlet
{
    /// <summary>Output the devices.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Erases each device of the record.</summary>
    protected override void ProcessRecord()
    {
        foreach (EspVirtualDevice device in NamedVirtualDevices())
        {
            if (!ShouldProcess(device.Name, "Erase the credentials and start the virtual device again"))
                continue;
            if (TryRestart(device, (virtualDevice, token) => virtualDevice.EraseAsync(token)) && PassThru)
                WriteObject(device);
        }
    }
}
