namespace EspProv.Host.DBus;

/// <summary>Tracks the owner of a well-known name on the bus.</summary>
internal sealed class DBusNameWatch : IDisposable
{
    private IDisposable? _subscription;

    private DBusNameWatch()
    {
    }

    /// <summary>The owner's unique name; null for none.</summary>
    public string? Owner { get; private set; }

    /// <summary>Called on the thread that reads, with the new owner or null.</summary>
    public event Action<string?>? Changed;

    /// <summary>Starts watching; does not activate the service.</summary>
    public static async Task<DBusNameWatch> StartAsync(DBusConnection connection, string name, CancellationToken cancellationToken)
    {
        var watch = new DBusNameWatch();
        var match = new DBusMatch(DBusConnection.BusName, DBusConnection.BusPath, null, DBusConnection.BusName, "NameOwnerChanged", name);
        watch._subscription = await connection.SubscribeAsync(match, watch.OnChanged, cancellationToken).ConfigureAwait(false);
        try
        {
            DBusMessage reply = await connection.CallBusAsync("GetNameOwner", cancellationToken, "s", name).ConfigureAwait(false);
            watch.Owner = reply.Body is [string owner, ..] ? owner : null;
        }
        catch (DBusException exception) when (exception.Name == DBusException.NameHasNoOwner)
        {
            watch.Owner = null;
        }
        catch
        {
            watch.Dispose();
            throw;
        }

        return watch;
    }

    public void Dispose() => _subscription?.Dispose();

    private void OnChanged(DBusMessage signal)
    {
        if (signal.Body is [string, string, string owner])
        {
            Owner = owner.Length == 0 ? null : owner;
            Changed?.Invoke(Owner);
        }
    }
}
