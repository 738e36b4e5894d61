using System.Collections;
using EspProv.Commands.Pipeline;
using EspProv.Commands.VirtualDevices;
using EspProv.Transports.Http;

namespace EspProv.Commands.Discovery;

/// <summary>Offers the addresses of virtual devices, of devices that Find-EspProvDevice found, and of a joined access point.</summary>
public sealed class AddressCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        VirtualDeviceRegistry.Current.All
            .Select(device => (device.Address, $"virtual device {device.Name}"))
            .Concat(FoundDevices.Current.All.Select(device => (device.Address, $"{device.Name}, {device.Transport}")))
            .Append((HttpTransport.AccessPointAddress, "the device whose access point this machine has joined"))
            .DistinctBy(entry => entry.Item1);
}
