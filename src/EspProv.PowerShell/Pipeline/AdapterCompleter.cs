using System.Collections;
using EspProv.Host.Bluetooth;
using EspProv.Transports.Gatt;

namespace EspProv.Commands.Pipeline;

/// <summary>Offers the Bluetooth adapters of this machine.</summary>
public sealed class AdapterCompleter : ValueCompleter
{
    // Completion must not block the prompt.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters)
    {
        try
        {
            using var timeout = new CancellationTokenSource(Timeout);
            IReadOnlyList<BluetoothAdapter> adapters = Task.Run(
                () => BluetoothPlatform.CreateHost().GetAdaptersAsync(timeout.Token)).GetAwaiter().GetResult();
            return adapters.Select(adapter => (adapter.Name, adapter.IsPowered ? adapter.Address : $"{adapter.Address}, switched off"));
        }
        catch (Exception exception) when (exception is ProvisioningException or OperationCanceledException)
        {
            return [];
        }
    }
}
