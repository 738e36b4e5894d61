using System.Runtime.Versioning;
using System.Security;
using Microsoft.Win32;

namespace EspProv.Host.SerialPorts;

/// <summary>A key of the Windows registry, as an interface for tests.</summary>
internal interface IRegistryNode : IDisposable
{
    /// <summary>The names of the subkeys.</summary>
    IReadOnlyList<string> Children { get; }

    /// <summary>A subkey; null if absent or not readable.</summary>
    IRegistryNode? Child(string path);

    /// <summary>A text value; null if absent or of another type.</summary>
    string? Text(string name);
}

/// <summary>The registry of this machine.</summary>
[SupportedOSPlatform("windows")]
internal sealed class RegistryNode : IRegistryNode
{
    private readonly RegistryKey _key;

    private RegistryNode(RegistryKey key) => _key = key;

    /// <inheritdoc/>
    public IReadOnlyList<string> Children => Try(_key.GetSubKeyNames) ?? [];

    /// <summary>The key of the system's devices and services.</summary>
    public static IRegistryNode? OpenSystem() => Open(Registry.LocalMachine, @"SYSTEM\CurrentControlSet");

    /// <inheritdoc/>
    public IRegistryNode? Child(string path) => Open(_key, path);

    /// <inheritdoc/>
    public string? Text(string name) => Try(() => _key.GetValue(name) as string);

    public void Dispose() => _key.Dispose();

    private static RegistryNode? Open(RegistryKey parent, string path) =>
        Try(() => parent.OpenSubKey(path)) is { } key ? new RegistryNode(key) : null;

    private static T? Try<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is IOException or SecurityException or UnauthorizedAccessException)
        {
            // Unplugged meanwhile, or not readable.
            return null;
        }
    }
}
