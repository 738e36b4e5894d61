using System.Management.Automation;
using EspProv.Commands.Registry;

namespace EspProv.Commands;

/// <summary>
/// What happens on Import-Module and Remove-Module: the load context of the dependencies is put in place before the
/// first cmdlet is made, and nothing that the module opened outlives it.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer, IModuleAssemblyCleanup
{
    /// <summary>PowerShell calls this on every import, once per runspace.</summary>
    public void OnImport() => DependencyLoadContext.Attach();

    /// <summary>PowerShell calls this on every Remove-Module.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        if (!DependencyLoadContext.Detach())
            return;
        CloseAll();
    }

    // A method of its own: compiled only when called, so that OnRemove itself needs no assembly that was never loaded.
    private static void CloseAll() => ModuleState.Current.CloseAll();
}
