using System.Collections.Concurrent;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Transports;
using EspProv.Virtual;

namespace EspProv.Commands.VirtualDevices;

/// <summary>The virtual devices that run in this process.</summary>
internal sealed class VirtualDeviceRegistry
{
    private readonly ConcurrentDictionary<EspVirtualDevice, int> _devices = new();
    private readonly HashSet<string> _madeUpNames = new(StringComparer.OrdinalIgnoreCase);
    private int _lastNumber;

    /// <summary>The one registry; all runspaces of the process share it, ForEach-Object -Parallel included.</summary>
    internal static VirtualDeviceRegistry Current { get; } = new();

    /// <summary>All virtual devices, in the order of their start.</summary>
    internal IReadOnlyList<EspVirtualDevice> All => [.. _devices.OrderBy(entry => entry.Value).Select(entry => entry.Key)];

    internal void Add(EspVirtualDevice device) => _devices[device] = Interlocked.Increment(ref _lastNumber);

    /// <summary>Generates a name that no device of this process has or had.</summary>
    internal string MakeUpName()
    {
        lock (_madeUpNames)
        {
            while (true)
            {
                string name = VirtualDevice.MakeUpName(SystemRandomSource.Instance);
                if (_madeUpNames.Add(name) && !Runs(name))
                    return name;
            }
        }
    }

    /// <summary>Whether a device of that name runs.</summary>
    internal bool Runs(string name) => _devices.Keys.Any(device =>
        string.Equals(device.Name, UntrustedText.Show(name), StringComparison.OrdinalIgnoreCase));

    /// <summary>Removes a device; true for the one caller that must stop it.</summary>
    internal bool Remove(EspVirtualDevice device) => _devices.TryRemove(device, out _);

    /// <summary>The devices on a transport whose provisioning service is up; provisioned devices do not advertise.</summary>
    internal IEnumerable<ProvisioningDevice> FindOver(ProvisioningTransport transport, TimeProvider timeProvider) =>
        All.Where(device => device.Transport == transport && device.Device.IsServiceUp)
            .Select(device => device.ToProvisioningDevice(timeProvider.GetUtcNow()));

    /// <summary>Stops all devices, without waiting.</summary>
    internal void StopAll()
    {
        foreach (EspVirtualDevice device in All.Where(Remove))
            _ = device.StopAsync().AsTask();
    }

    /// <summary>The devices whose name matches a wildcard pattern.</summary>
    internal IReadOnlyList<EspVirtualDevice> ByName(string pattern) => new NamePattern(pattern).Select(All, device => [device.Name]);
}
