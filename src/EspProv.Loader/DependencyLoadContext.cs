using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace EspProv.Loader;

/// <summary>
/// The load context of all assemblies but this one and the cmdlets'. Other modules load their own BouncyCastle and Protobuf into the
/// default context, which can hold only one version of each; this one has the versions that the module was built with.
/// </summary>
internal sealed class DependencyLoadContext : AssemblyLoadContext
{
    private static readonly string[] Systems = FindSystems();

    // The Windows projections must exist once per process: a second copy would have different COM objects.
    private static readonly string[] Shared = ["WinRT.Runtime", "Microsoft.Windows.SDK.NET"];
    private static readonly Lazy<DependencyLoadContext> Instance = new(Create);

    private readonly string _directory;

    private DependencyLoadContext(string directory)
        : base("EspProv") => _directory = directory;

    /// <summary>
    /// Resolves the module's assemblies for the rest of the process: the default context cannot unload them, and no other module uses their
    /// names.
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

        // A package's assembly for this system is preferred over its generic one, which may only throw.
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

    // The folders of NuGet packages for one system: runtimes/<system>/native, runtimes/<system>/lib/<framework>.
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

        // The runtime's own identifier first: it distinguishes linux-musl from linux.
        return
        [
            .. new[] { RuntimeInformation.RuntimeIdentifier, $"{system}-{architecture}", system, family }.Distinct(StringComparer.Ordinal),
        ];
    }

    private static bool IsShared(AssemblyName assemblyName) => Shared.Contains(assemblyName.Name, StringComparer.Ordinal);

    // The cmdlets request the module's own assemblies by name. Shared ones are resolved only if PowerShell has none.
    private Assembly? Resolve(AssemblyLoadContext context, AssemblyName assemblyName)
    {
        // The name first: the runtime calls this for every unresolved assembly of any module, which needs no disk access.
        bool isOwn = assemblyName.Name!.StartsWith("EspProv.", StringComparison.Ordinal);
        if (!(isOwn || IsShared(assemblyName)) || !File.Exists(PathOf(assemblyName)))
            return null;
        return isOwn ? LoadFromAssemblyName(assemblyName) : context.LoadFromAssemblyPath(PathOf(assemblyName));
    }

    private string PathOf(AssemblyName assemblyName) => Path.Combine(_directory, assemblyName.Name + ".dll");
}
