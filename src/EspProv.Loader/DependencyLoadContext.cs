using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace EspProv.Loader;

/// <summary>
/// The load context of everything but this assembly and the cmdlets'. Other modules bring their own BouncyCastle and Protobuf into
/// the default context, where only one version of each fits; in here are the versions that this module was built with.
/// </summary>
internal sealed class DependencyLoadContext : AssemblyLoadContext
{
    private static readonly string[] Systems = FindSystems();

    // Windows' own projections exist once for a process: a second copy would see other COM objects than the first.
    private static readonly string[] Shared = ["WinRT.Runtime", "Microsoft.Windows.SDK.NET"];
    private static readonly Lazy<DependencyLoadContext> Instance = new(Create);

    private readonly string _directory;

    private DependencyLoadContext(string directory)
        : base("EspProv") => _directory = directory;

    /// <summary>
    /// Answers for the module's assemblies from now on, as long as the process lives: assemblies cannot be unloaded from the default
    /// context, and nobody else asks for these names.
    /// </summary>
    internal static void Attach() => _ = Instance.Value;

    private static DependencyLoadContext Create()
    {
        string here = Path.GetDirectoryName(typeof(DependencyLoadContext).Assembly.Location)!;
        var instance = new DependencyLoadContext(Path.Combine(here, "Dependencies"));
        Default.Resolving += instance.Resolve;
        return instance;
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

    // The cmdlets ask for the module's own assemblies by name. What is shared is given only when PowerShell has none of its own.
    private Assembly? Resolve(AssemblyLoadContext context, AssemblyName assemblyName)
    {
        // The name first: the runtime asks for whatever any module of the process does not find, and the disk need not be asked for that.
        bool isOwn = assemblyName.Name!.StartsWith("EspProv.", StringComparison.Ordinal);
        if (!(isOwn || IsShared(assemblyName)) || !File.Exists(PathOf(assemblyName)))
            return null;
        return isOwn ? LoadFromAssemblyName(assemblyName) : context.LoadFromAssemblyPath(PathOf(assemblyName));
    }

    private string PathOf(AssemblyName assemblyName) => Path.Combine(_directory, assemblyName.Name + ".dll");
}
