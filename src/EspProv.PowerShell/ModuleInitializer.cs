using System.Management.Automation;
using EspProv.Commands.Sessions;
using EspProv.Commands.VirtualDevices;

namespace EspProv.Commands;

/// <summary>Closes all sessions and virtual devices when the last runspace removes the module.</summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static int _imports;

    /// <summary>Called on every import, once per runspace.</summary>
    public void OnImport() => Interlocked.Increment(ref _imports);

    /// <summary>Called on every Remove-Module.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (Interlocked.Decrement(ref _imports) > 0)
            return;

        // Sessions first: they may be connected to virtual devices.
        SessionRegistry.Current.CloseAll();
        VirtualDeviceRegistry.Current.StopAll();
    }
}
