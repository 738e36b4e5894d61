using System.Management.Automation;
using EspProv.Commands.Errors;

namespace EspProv.Commands.VirtualDevices;

/// <summary>Restarts virtual devices, as the reset button of a board does.</summary>
[Cmdlet(VerbsLifecycle.Restart, "EspVirtualDevice", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspVirtualDevice))]
public sealed class RestartEspVirtualDeviceCommand : VirtualDeviceCmdlet
{
    /// <summary>Hold the boot button meanwhile.</summary>
    [Parameter]
    public SwitchParameter Loader { get; set; }

    /// <summary>Write the devices.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Restarts each device of the record.</summary>
    protected override void ProcessRecord()
    {
        foreach (EspVirtualDevice device in NamedVirtualDevices())
        {
            if (Loader && !device.Device.HasLoader)
            {
                WriteError(ErrorFactory.From(
                    ModuleError.ParameterConflict, $"{device.Name} has no loader: -Loader goes with -Transport Serial.", device.Name));
                continue;
            }

            if (!ShouldProcess(device.Name, Loader ? "Restart the virtual device into its ROM loader" : "Restart the virtual device"))
                continue;
            if (TryRestart(device, (virtualDevice, token) => virtualDevice.RestartAsync(Loader, token)) && PassThru)
                WriteObject(device);
        }
    }
}
