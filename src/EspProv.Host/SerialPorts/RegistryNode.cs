using System.Runtime.Versioning;
using System.Security;
using Microsoft.Win32;

namespace EspProv.Host.SerialPorts;

/// <summary>A key of Windows' registry: the seam to it.</summary>
internal interface IRegistryNode : IDisposable
{
    /// <summary>The names of the keys below.</summary>
    IReadOnlyList<string> Children { get; }

    /// <summary>A key below; null when there is none, or none for this user's eyes.</summary>
    IRegistryNode? Child(string path);

    /// <summary>A value; null when there is none, or one that is no text.</summary>
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

    /// <summary>What the system knows of its devices and services.</summary>
    public static IRegistryNode? OpenSystem() => Open(Registry.LocalMachine, @"SYSTEM\CurrentControlSet");

    /// <inheritdoc/>
    public IRegistryNode? Child(string path) => Open(_key, path);

    /// <inheritdoc/>
    public string? Text(string name) => Try(() => _key.GetValue(name) as string);

    public void Dispose() => _key.Dispose();

    private static RegistryNode? Open(RegistryKey parent, string path) => Try(() => parent.OpenSubKey(path)) is { } key ? new RegistryNode(key) : null;

    private static T? Try<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or SecurityException or UnauthorizedAccessException)
        {
            // Unplugged at this moment, or not for this user's eyes.
            return null;
        }
    }
}
