using System.Collections;
using EspProv.Commands.Pipeline;
using EspProv.Devices;

namespace EspProv.Commands.Discovery;

/// <summary>Offers the names of known devices, and the name prefix of stock firmware.</summary>
public sealed class NamePrefixCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        DeviceNameCompleter.Names().Append((ProvisioningDevice.StockNamePrefix, "all devices with the names of stock firmware"));
}
