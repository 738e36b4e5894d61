using System.Collections;
using EspProv.Commands.Pipeline;
using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>Offers the serial ports of this machine and of virtual devices.</summary>
public sealed class PortCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        AddressCompleter.Addresses(ProvisioningTransport.Serial);
}
