namespace EspProv.Bluetooth.DBus;

/// <summary>Knows who owns a well-known name on the bus, and says when that changes.</summary>
internal sealed class DBusNameWatch : IAsyncDisposable
{
    private IAsyncDisposable? _subscription;

    private DBusNameWatch()
    {
    }

    /// <summary>The owner's unique name; null when nobody owns it.</summary>
    public string? Owner { get; private set; }

    /// <summary>Called on the connection's thread with the new owner or null.</summary>
    public event Action<string?>? Changed;

    /// <summary>Starts to watch; activatable services are not started by it.</summary>
    public static async Task<DBusNameWatch> StartAsync(DBusConnection connection, string name, CancellationToken cancellationToken)
    {
        var watch = new DBusNameWatch();
        var match = new DBusMatch(DBusConnection.BusName, DBusConnection.BusPath, null, DBusConnection.BusName, "NameOwnerChanged", name);
        watch._subscription = await connection.SubscribeAsync(match, watch.OnChanged, cancellationToken).ConfigureAwait(false);
        try
        {
            DBusMessage reply = await connection.CallAsync(
                DBusMessage.Call(DBusConnection.BusName, DBusConnection.BusPath, DBusConnection.BusName, "GetNameOwner", "s", name), cancellationToken)
                .ConfigureAwait(false);
            watch.Owner = reply.Body is [string owner, ..] ? owner : null;
        }
        catch (DBusException error) when (error.Name == DBusException.NameHasNoOwner)
        {
            watch.Owner = null;
        }
        catch
        {
            await watch.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return watch;
    }

    public ValueTask DisposeAsync() => _subscription?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void OnChanged(DBusMessage signal)
    {
        if (signal.Body is [string, string, string owner])
        {
            Owner = owner.Length == 0 ? null : owner;
            Changed?.Invoke(Owner);
        }
    }
}
