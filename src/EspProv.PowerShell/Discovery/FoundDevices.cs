using EspProv.Devices;

namespace EspProv.Commands.Discovery;

/// <summary>The devices that Find-EspProvDevice has found in this process, for completion: looking again would take too long for that.</summary>
internal sealed class FoundDevices
{
    // More than anybody chooses from by completion.
    private const int MostKept = 256;

    private readonly List<ProvisioningDevice> _devices = [];

    /// <summary>The one list; all runspaces of the process share it.</summary>
    internal static FoundDevices Current { get; } = new();

    /// <summary>What was found, the newest last.</summary>
    internal IReadOnlyList<ProvisioningDevice> All
    {
        get
        {
            lock (_devices)
                return [.. _devices];
        }
    }

    internal void Add(ProvisioningDevice device)
    {
        lock (_devices)
        {
            _devices.RemoveAll(known => known.Transport == device.Transport && known.Address == device.Address && known.Name == device.Name);
            _devices.Add(device);
            if (_devices.Count > MostKept)
                _devices.RemoveAt(0);
        }
    }
}
