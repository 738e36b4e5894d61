using System.Management.Automation;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.VirtualDevices;

/// <summary>Lists the virtual devices of this process.</summary>
[Cmdlet(VerbsCommon.Get, "EspVirtualDevice")]
[OutputType(typeof(EspVirtualDevice))]
public sealed class GetEspVirtualDeviceCommand : AsyncCmdlet
{
    /// <summary>Names of virtual devices; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(VirtualDeviceCompleter))]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>Lists those that were asked for.</summary>
    protected override void ProcessRecord()
    {
        if (Name is null)
        {
            WriteObject(VirtualDeviceRegistry.Current.All, enumerateCollection: true);
            return;
        }
        foreach (string name in Name)
            WriteObject(VirtualDeviceCmdlet.FindVirtualDevices(this, name), enumerateCollection: true);
    }
}
