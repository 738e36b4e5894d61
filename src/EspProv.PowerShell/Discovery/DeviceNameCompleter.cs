using System.Collections;
using EspProv.Commands.Pipeline;
using EspProv.Commands.VirtualDevices;

namespace EspProv.Commands.Discovery;

/// <summary>Offers the names of running virtual devices, and of devices that Find-EspProvDevice found.</summary>
public sealed class DeviceNameCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) => Names();

    /// <summary>Each name once, with the device's address.</summary>
    internal static IEnumerable<(string Text, string Description)> Names() =>
        VirtualDeviceRegistry.Current.All
            .Select(device => (device.Name, $"virtual device at {device.Address}"))
            .Concat(FoundDevices.Current.All
                .Where(device => device.Name != device.Address)
                .Select(device => (device.Name, $"{device.Transport}, {device.Address}")))
            .DistinctBy(entry => entry.Item1, StringComparer.OrdinalIgnoreCase);
}
