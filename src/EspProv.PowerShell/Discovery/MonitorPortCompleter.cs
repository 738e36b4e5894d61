using System.Collections;
using EspProv.Commands.Pipeline;
using EspProv.Commands.VirtualDevices;

namespace EspProv.Commands.Discovery;

/// <summary>Offers the ports with the logs of virtual devices, and this machine's serial ports.</summary>
public sealed class MonitorPortCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        VirtualDeviceRegistry.Current.All
            .Where(device => device.MonitorPort is not null)
            .Select(device => (device.MonitorPort!, $"log of virtual device {device.Name}"))
            .Concat(AddressCompleter.Ports().Select(port => (port.Port, port.Summary ?? "serial port")))
            .DistinctBy(entry => entry.Item1);
}
