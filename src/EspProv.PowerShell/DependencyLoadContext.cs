using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace EspProv.Commands;

/// <summary>
/// The load context of everything but this assembly. Other modules bring their own BouncyCastle and Protobuf into the
/// default context, where only one version of each fits; in here are the versions that this module was built with.
/// </summary>
internal sealed class DependencyLoadContext : AssemblyLoadContext
{
    // The module's own assemblies are the only ones that code in the default context asks for by name.
    private static readonly string[] EntryPoints = ["EspProv.Core", "EspProv.VirtualDevice", "EspProv.Host"];
    private static readonly string[] Systems = FindSystems();

    // Windows' own projections exist once for a process: a second copy would see other COM objects than the first.
    private static readonly string[] Shared = ["WinRT.Runtime", "Microsoft.Windows.SDK.NET"];
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
        if (IsShared(assemblyName))
            return null;

        // What a package brings for one kind of system goes before what it brings for all, which may be nothing but an exception.
        string? path = PlatformFiles("lib", assemblyName.Name + ".dll").Append(PathOf(assemblyName)).FirstOrDefault(File.Exists);
        return path is null ? null : LoadFromAssemblyPath(path);
    }

    /// <inheritdoc/>
    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names = OperatingSystem.IsWindows()
            ? [unmanagedDllName, unmanagedDllName + ".dll"]
            : OperatingSystem.IsMacOS()
                ? [unmanagedDllName, unmanagedDllName + ".dylib", $"lib{unmanagedDllName}.dylib"]
                : [unmanagedDllName, unmanagedDllName + ".so", $"lib{unmanagedDllName}.so"];
        string? path = names.SelectMany(name => PlatformFiles("native", name)).FirstOrDefault(File.Exists);
        return path is null ? IntPtr.Zero : LoadUnmanagedDllFromPath(path);
    }

    // Where NuGet packages keep what belongs to one kind of system: runtimes/<system>/native, runtimes/<system>/lib/<framework>.
    private IEnumerable<string> PlatformFiles(string kind, string file)
    {
        foreach (string system in Systems)
        {
            string folder = Path.Combine(_directory, "runtimes", system, kind);
            yield return Path.Combine(folder, file);
            if (kind == "lib" && Directory.Exists(folder))
            {
                foreach (string framework in Directory.GetDirectories(folder))
                    yield return Path.Combine(framework, file);
            }
        }
    }

    private static string[] FindSystems()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        (string system, string family) = OperatingSystem.IsWindows() ? ("win", "win")
            : OperatingSystem.IsMacOS() ? ("osx", "unix")
            : ("linux", "unix");

        // The runtime's own name first: it tells linux-musl from linux.
        return [.. new[] { RuntimeInformation.RuntimeIdentifier, $"{system}-{architecture}", system, family }.Distinct(StringComparer.Ordinal)];
    }

    private static bool IsShared(AssemblyName assemblyName) => Shared.Contains(assemblyName.Name, StringComparer.Ordinal);

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName assemblyName)
    {
        if (EntryPoints.Contains(assemblyName.Name, StringComparer.Ordinal))
            return _instance!.LoadFromAssemblyName(assemblyName);
        // Only when PowerShell has none of its own.
        string path = _instance!.PathOf(assemblyName);
        return IsShared(assemblyName) && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
    }

    private string PathOf(AssemblyName assemblyName) => Path.Combine(_directory, assemblyName.Name + ".dll");
}
