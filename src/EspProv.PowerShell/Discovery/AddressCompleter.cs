using System.Collections;
using EspProv.Commands.Pipeline;
using EspProv.Commands.VirtualDevices;
using EspProv.Transports.Http;

namespace EspProv.Commands.Discovery;

/// <summary>Offers the address that a device has on its own access point, and those of the virtual devices.</summary>
public sealed class AddressCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        VirtualDeviceRegistry.Current.All
            .Select(device => (device.Address, $"virtual device {device.Name}"))
            .Append((HttpTransport.AccessPointAddress, "the device whose access point this machine has joined"));
}
