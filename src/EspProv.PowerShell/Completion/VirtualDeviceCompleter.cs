using System.Collections;
using EspProv.Commands.Registry;

namespace EspProv.Commands.Completion;

/// <summary>Offers the names of the virtual devices that run.</summary>
public sealed class VirtualDeviceCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        ModuleState.Current.VirtualDevices.All.Select(device => (device.Name, $"{device.Address}, {device.State}"));
}
