using System.Collections;
using EspProv.Commands.Pipeline;
using EspProv.Commands.VirtualDevices;
using EspProv.Wire;

namespace EspProv.Commands.Sessions;

/// <summary>Offers the default custom endpoint, and the custom endpoints of virtual devices.</summary>
public sealed class EndpointCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        VirtualDeviceRegistry.Current.All
            .SelectMany(device => device.Device.Options.CustomEndpoints.Select(endpoint => (endpoint, $"of {device.Name}")))
            .Prepend((EndpointNames.StockCustom, "the endpoint of the vendor's example"))
            .DistinctBy(entry => entry.Item1);
}
