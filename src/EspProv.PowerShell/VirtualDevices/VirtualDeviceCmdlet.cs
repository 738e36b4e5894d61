using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Virtual;

namespace EspProv.Commands.VirtualDevices;

/// <summary>A cmdlet for running virtual devices, given by name or as objects.</summary>
public abstract class VirtualDeviceCmdlet : AsyncCmdlet
{
    /// <summary>
    /// The parameter set of names. None of its parameters is mandatory: PowerShell would bind a mandatory name before a piped object, and
    /// two devices may have the same name.
    /// </summary>
    protected const string NameSet = "Name";

    /// <summary>The parameter set of objects.</summary>
    protected const string ObjectSet = "VirtualDevice";

    private protected VirtualDeviceCmdlet()
    {
    }

    /// <summary>Names of virtual devices; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(VirtualDeviceCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>Virtual devices.</summary>
    [Parameter(ParameterSetName = ObjectSet, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public EspVirtualDevice[]? VirtualDevice { get; set; }

    /// <summary>The devices of this record; writes an error for each name without a device.</summary>
    private protected IReadOnlyList<EspVirtualDevice> NamedVirtualDevices()
    {
        if (VirtualDevice is not null)
            return VirtualDevice;
        if (Name is null)
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterRequired,
                "No virtual device is given: give its name, or * for all, or pipe it from Get-EspVirtualDevice.",
                target: null));
        }

        var devices = new List<EspVirtualDevice>();
        foreach (string name in Name!)
        {
            IReadOnlyList<EspVirtualDevice> found = VirtualDeviceRegistry.Current.ByName(name);
            devices.AddRange(found);
            if (found.Count == 0 && !NamePattern.HasWildcards(name))
                WriteError(ErrorFactory.From(ModuleError.VirtualDeviceNotFound, $"No virtual device '{name}' runs in this process.", name));
        }

        return devices;
    }

    /// <summary>Does what ends in a start of a device.</summary>
    /// <returns>Whether it is done; an error is written otherwise.</returns>
    private protected bool TryRestart(EspVirtualDevice device, Func<VirtualDevice, CancellationToken, Task> restart)
    {
        try
        {
            return VirtualDeviceStart.Try(this, device.Name, () => Await((_, token) => restart(device.Device, token)));
        }
        catch (ObjectDisposedException exception)
        {
            WriteError(ErrorFactory.From(ModuleError.VirtualDeviceNotFound, $"{device.Name} was stopped.", device.Name, exception));
            return false;
        }
    }
}
