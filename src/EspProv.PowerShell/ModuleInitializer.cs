using System.Management.Automation;
using EspProv.Commands.Sessions;
using EspProv.Commands.VirtualDevices;

namespace EspProv.Commands;

/// <summary>Closes what the module's commands opened when the last runspace that has the module removes it.</summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    private static int _imports;

    /// <summary>PowerShell calls this on every import, once per runspace.</summary>
    public void OnImport() => Interlocked.Increment(ref _imports);

    /// <summary>PowerShell calls this on every Remove-Module.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (Interlocked.Decrement(ref _imports) > 0)
            return;

        // Sessions first, so that no virtual device goes away under one.
        SessionRegistry.Current.CloseAll();
        VirtualDeviceRegistry.Current.StopAll();
    }
}
