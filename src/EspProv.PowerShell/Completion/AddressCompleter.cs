using System.Collections;
using EspProv.Commands.Registry;

namespace EspProv.Commands.Completion;

/// <summary>Offers the address that a device has on its own access point, and those of the virtual devices.</summary>
public sealed class AddressCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        ModuleState.Current.VirtualDevices.All
            .Select(device => (device.Address, $"virtual device {device.Name}"))
            .Append((Discovery.HostWifiSource.DeviceAddress, "the device whose access point this machine has joined"));
}
