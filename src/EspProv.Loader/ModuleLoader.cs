using System.Management.Automation;

namespace EspProv.Loader;

/// <summary>
/// Runs before PowerShell looks at the cmdlets' assembly, because the manifest names this one in <c>NestedModules</c>: when the
/// cmdlets' types are read, the assemblies that their fields and properties need can be found.
/// </summary>
public sealed class ModuleLoader : IModuleAssemblyInitializer
{
    /// <summary>PowerShell calls this on every import, once per runspace.</summary>
    public void OnImport() => DependencyLoadContext.Attach();
}
