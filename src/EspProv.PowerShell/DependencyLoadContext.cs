using System.Reflection;
using System.Runtime.Loader;

namespace EspProv.Commands;

/// <summary>
/// The load context of everything but this assembly. Other modules bring their own BouncyCastle and Protobuf into the
/// default context, where only one version of each fits; in here are the versions that this module was built with.
/// </summary>
internal sealed class DependencyLoadContext : AssemblyLoadContext
{
    // The module's own assemblies are the only ones that code in the default context asks for by name.
    private static readonly string[] EntryPoints = ["EspProv.Core", "EspProv.VirtualDevice", "EspProv.Bluetooth"];
    private static readonly object Gate = new();
    private static DependencyLoadContext? _instance;
    private static int _imports;

    private readonly string _directory;

    private DependencyLoadContext(string directory)
        : base("EspProv") => _directory = directory;

    /// <summary>Starts to answer for the module's assemblies; call before any type of theirs is touched.</summary>
    internal static void Attach()
    {
        lock (Gate)
        {
            if (_imports++ > 0)
                return;
            _instance ??= new DependencyLoadContext(
                Path.Combine(Path.GetDirectoryName(typeof(DependencyLoadContext).Assembly.Location)!, "Dependencies"));
            Default.Resolving += Resolve;
        }
    }

    /// <summary>Stops to answer when no runspace has the module any more; true when that is so.</summary>
    internal static bool Detach()
    {
        lock (Gate)
        {
            if (_imports == 0 || --_imports > 0)
                return false;
            Default.Resolving -= Resolve;
            return true;
        }
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string path = Path.Combine(_directory, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName assemblyName) =>
        EntryPoints.Contains(assemblyName.Name, StringComparer.Ordinal) ? _instance!.LoadFromAssemblyName(assemblyName) : null;
}
