using System.Management.Automation;

namespace EspProv.Loader;

/// <summary>
/// Runs before PowerShell loads the cmdlets' assembly, because the manifest lists this one in <c>NestedModules</c>: the assemblies that the
/// cmdlets' fields and properties need can then be resolved.
/// </summary>
public sealed class ModuleLoader : IModuleAssemblyInitializer
{
    /// <summary>Called by PowerShell on every import, once per runspace.</summary>
    public void OnImport() => DependencyLoadContext.Attach();
}
