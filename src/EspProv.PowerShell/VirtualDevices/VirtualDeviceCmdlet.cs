using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.VirtualDevices;

/// <summary>A cmdlet for virtual devices that run: by name, or from the pipeline.</summary>
public abstract class VirtualDeviceCmdlet : AsyncCmdlet
{
    /// <summary>The parameter set of names.</summary>
    protected const string NameSet = "Name";

    /// <summary>The parameter set of objects.</summary>
    protected const string ObjectSet = "VirtualDevice";

    private protected VirtualDeviceCmdlet()
    {
    }

    /// <summary>Names of virtual devices; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = NameSet, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(VirtualDeviceCompleter))]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <summary>Virtual devices.</summary>
    [Parameter(ParameterSetName = ObjectSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public EspVirtualDevice[] VirtualDevice { get; set; } = [];

    /// <summary>The devices of this record; a name without a device is an error of its own.</summary>
    private protected IReadOnlyList<EspVirtualDevice> NamedVirtualDevices()
    {
        if (ParameterSetName == ObjectSet)
            return VirtualDevice;
        var devices = new List<EspVirtualDevice>();
        foreach (string name in Name)
            devices.AddRange(FindVirtualDevices(this, name));
        return devices;
    }

    /// <summary>Looks a name up, and says so when an exact name is not there.</summary>
    internal static IReadOnlyList<EspVirtualDevice> FindVirtualDevices(Cmdlet cmdlet, string name)
    {
        EspVirtualDevice[] found = [.. VirtualDeviceRegistry.Current.ByName(name)];
        if (found.Length == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
            cmdlet.WriteError(ErrorFactory.From(ModuleError.VirtualDeviceNotFound, $"No virtual device '{name}' runs in this process.", name));
        return found;
    }
}
