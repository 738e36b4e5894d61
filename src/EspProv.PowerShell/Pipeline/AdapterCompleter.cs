using System.Collections;
using EspProv.Host.Bluetooth;
using EspProv.Transports.Gatt;

namespace EspProv.Commands.Pipeline;

/// <summary>Offers the Bluetooth adapters of this machine.</summary>
public sealed class AdapterCompleter : ValueCompleter
{
    // A prompt that hangs is worse than one without completion.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters)
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            IReadOnlyList<BluetoothAdapter> adapters = Task.Run(
                () => BluetoothPlatform.CreateHost().GetAdaptersAsync(limit.Token)).GetAwaiter().GetResult();
            return adapters.Select(adapter => (adapter.Name, adapter.IsPowered ? adapter.Address : $"{adapter.Address}, switched off"));
        }
        catch (Exception error) when (error is ProvisioningException or OperationCanceledException)
        {
            return [];
        }
    }
}
