using EspProv.Host.DBus;

namespace EspProv.Host.Bluetooth.BlueZ;

/// <summary>BlueZ's active LE scan on one adapter, from <see cref="StartAsync"/> to <see cref="DisposeAsync"/>.</summary>
internal sealed class BlueZDiscovery : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly BlueZClient _client;
    private readonly string _adapterPath;

    private BlueZDiscovery(BlueZClient client, string adapterPath)
    {
        _client = client;
        _adapterPath = adapterPath;
    }

    public static async Task<BlueZDiscovery> StartAsync(BlueZClient client, string adapterPath, CancellationToken cancellationToken)
    {
        var discovery = new BlueZDiscovery(client, adapterPath);
        try
        {
            await client.CallAsync(
                adapterPath, BlueZNames.Adapter, "SetDiscoveryFilter", cancellationToken, "a{sv}",
                new Dictionary<string, object>
                {
                    ["Transport"] = new DBusVariant("s", "le"),
                    ["DuplicateData"] = new DBusVariant("b", true),
                })
                .ConfigureAwait(false);
            await client.CallAsync(adapterPath, BlueZNames.Adapter, "StartDiscovery", cancellationToken).ConfigureAwait(false);
            return discovery;
        }
        catch (Exception exception)
        {
            // A cancelled call may have arrived.
            await discovery.DisposeAsync().ConfigureAwait(false);
            if (exception is DBusException bus)
            {
                throw client.FindAdapterFault(adapterPath) ?? BlueZErrors.Translate(bus, "The scan could not be started");
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _client.Connection.CallAsync(
                DBusMessage.Call(BlueZNames.Service, _adapterPath, BlueZNames.Adapter, "StopDiscovery"),
                CancellationToken.None,
                StopTimeout)
                .ConfigureAwait(false);
        }
        catch (DBusException)
        {
            // The scan has ended: the adapter or the service is gone.
        }
    }
}
