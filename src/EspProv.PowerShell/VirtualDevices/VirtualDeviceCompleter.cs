using System.Collections;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.VirtualDevices;

/// <summary>Offers the names of running virtual devices.</summary>
public sealed class VirtualDeviceCompleter : ValueCompleter
{
    private protected override bool IsPattern => true;

    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        VirtualDeviceRegistry.Current.All.Select(device => (device.Name, $"{device.Address}, {device.State}"));
}
