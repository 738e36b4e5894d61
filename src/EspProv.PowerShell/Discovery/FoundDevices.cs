using EspProv.Devices;

namespace EspProv.Commands.Discovery;

/// <summary>The devices that Find-EspProvDevice found in this process, for completion, which has no time for a scan.</summary>
internal sealed class FoundDevices
{
    private const int MaxDevices = 256;

    private readonly List<ProvisioningDevice> _devices = [];

    /// <summary>The one list; all runspaces of the process share it.</summary>
    internal static FoundDevices Current { get; } = new();

    /// <summary>The found devices, newest last.</summary>
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
            _devices.RemoveAll(known => DeviceIdentity.Of(known) == DeviceIdentity.Of(device));
            _devices.Add(device);
            if (_devices.Count > MaxDevices)
                _devices.RemoveAt(0);
        }
    }
}
