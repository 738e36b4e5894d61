using System.Collections;
using System.Management.Automation.Language;
using EspProv.Commands.Pipeline;
using EspProv.Commands.VirtualDevices;
using EspProv.Host.SerialPorts;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Commands.Discovery;

/// <summary>
/// Offers the addresses of virtual devices, of devices that Find-EspProvDevice found, of a joined access point, and this machine's serial
/// ports: those that fit -Transport, and only ports for -Port.
/// </summary>
public sealed class AddressCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        Addresses(Enum.TryParse($"{boundParameters["Transport"]}", ignoreCase: true, out ProvisioningTransport given) ? given : null);

    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters, CommandAst command) =>
        IsWrittenAsPort(command) ? Addresses(ProvisioningTransport.Serial) : Values(boundParameters);

    // The engine completes an alias under the name of its parameter.
    private static bool IsWrittenAsPort(CommandAst command) =>
        command.CommandElements.OfType<CommandParameterAst>()
            .Any(written => written.ParameterName.Equals("Port", StringComparison.OrdinalIgnoreCase));

    /// <summary>The addresses of a transport; null for all.</summary>
    internal static IEnumerable<(string Text, string Description)> Addresses(ProvisioningTransport? transport) =>
        VirtualDeviceRegistry.Current.All
            .Select(device => new Entry(device.Address, $"virtual device {device.Name}", device.Transport))
            .Concat(FoundDevices.Current.All.Select(device =>
                new Entry(device.Address, $"{device.Name}, {device.Transport}", device.Transport)))
            .Append(new Entry(
                HttpTransport.AccessPointAddress, "the device whose access point this machine has joined", ProvisioningTransport.SoftAP))
            .Concat(Ports().Select(port => new Entry(port.Port, port.Summary ?? "serial port", ProvisioningTransport.Serial)))
            .Where(entry => transport is null || entry.Transport == transport)
            .DistinctBy(entry => entry.Address)
            .Select(entry => (entry.Address, entry.Description));

    /// <summary>This machine's serial ports; none where the system cannot list them.</summary>
    internal static IReadOnlyList<SerialPortDescription> Ports()
    {
        try
        {
            return new SerialPortFinder().Find();
        }
        catch (ProvisioningException)
        {
            return [];
        }
    }

    private readonly record struct Entry(string Address, string Description, ProvisioningTransport Transport);
}
