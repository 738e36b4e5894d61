using EspProv.Host.DBus;
using EspProv.Transports.Gatt;

namespace EspProv.Host.Bluetooth.BlueZ;

/// <summary>
/// A connection to BlueZ: calls with their errors translated, the mirror of its objects, and the choice of an adapter. Each scan, link and
/// peripheral has its own connection: when it is closed, BlueZ ends all operations of that connection.
/// </summary>
internal sealed class BlueZClient : IAsyncDisposable
{
    private readonly BlueZOptions _options;
    private readonly DBusNameWatch _service;
    private volatile bool _serviceChanged;

    private BlueZClient(BlueZOptions options, DBusConnection connection, DBusNameWatch service, DBusObjects objects)
    {
        _options = options;
        _service = service;
        Connection = connection;
        Objects = objects;
        service.Changed += OnOwnerChanged;
    }

    public DBusConnection Connection { get; }

    public DBusObjects Objects { get; }

    /// <summary>
    /// Whether the bluetoothd that this connection was opened to is still running: a new one has no state of this connection.
    /// </summary>
    public bool IsServiceRunning => !_serviceChanged && !Connection.Closed.IsCancellationRequested;

    /// <summary>Called on the bus connection's reading loop when another bluetoothd has started.</summary>
    public event Action? ServiceStarted;

    public static async Task<BlueZClient> OpenAsync(BlueZOptions options, CancellationToken cancellationToken)
    {
        DBusConnection connection;
        try
        {
            connection = await DBusConnection.OpenAsync(options.BusAddress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw BlueZErrors.FromOpening(exception);
        }

        DBusNameWatch? service = null;
        try
        {
            service = await DBusNameWatch.StartAsync(connection, BlueZNames.Service, cancellationToken).ConfigureAwait(false);
            // This call starts the service if the system starts it on demand.
            DBusObjects objects = await DBusObjects.StartAsync(connection, BlueZNames.Tree, cancellationToken).ConfigureAwait(false);
            return new BlueZClient(options, connection, service, objects);
        }
        catch (Exception exception)
        {
            service?.Dispose();
            await connection.DisposeAsync().ConfigureAwait(false);
            if (exception is DBusException bus)
            {
                throw BlueZErrors.Translate(bus, "Bluetooth cannot be used");
            }

            throw;
        }
    }

    /// <summary>Switches to the bluetoothd that runs now, which has no registrations of the previous one.</summary>
    /// <exception cref="DBusException">There is none, or it does not answer.</exception>
    public async Task AdoptServiceAsync(CancellationToken cancellationToken)
    {
        // First: one that starts meanwhile is yet another.
        _serviceChanged = false;
        await Objects.ReadAllAsync(Connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Calls a method of one of BlueZ's objects.</summary>
    /// <exception cref="DBusException">As it came; see <see cref="BlueZErrors"/>.</exception>
    public async Task<IReadOnlyList<object>> CallAsync(
        string path,
        string interfaceName,
        string member,
        CancellationToken cancellationToken,
        string signature = "",
        params object[] arguments)
    {
        // BlueZ has its own timeouts; this one is for a service that hangs.
        DBusMessage reply = await Connection.CallAsync(
            DBusMessage.Call(BlueZNames.Service, path, interfaceName, member, signature, arguments),
            cancellationToken,
            TimeSpan.FromMinutes(2))
            .ConfigureAwait(false);
        return reply.Body;
    }

    /// <summary>All adapters, in the order of their names.</summary>
    public IReadOnlyList<BluetoothAdapter> GetAdapters() => [.. Objects.Find(BlueZNames.Adapter)
        .Where(path => Objects.Get(path, BlueZNames.Adapter, "Address") is string)
        .Select(path => new BluetoothAdapter(
            NameOf(path), (string)Objects.Get(path, BlueZNames.Adapter, "Address")!, Objects.Is(path, BlueZNames.Adapter, "Powered")))
        .OrderBy(adapter => adapter.Name.Length).ThenBy(adapter => adapter.Name, StringComparer.Ordinal)];

    /// <summary>The path of the named adapter, or of the first that is powered; throws unless it is powered.</summary>
    /// <exception cref="ProvisioningException">No adapter, off, or blocked.</exception>
    public string ChooseAdapter(string? adapter)
    {
        IReadOnlyList<BluetoothAdapter> all = GetAdapters();
        if (all.Count == 0)
        {
            throw new ProvisioningException(ProvisioningErrorReason.BluetoothAdapterNotFound, "This machine has no Bluetooth adapter.");
        }

        BluetoothAdapter? chosen = adapter is null
            ? all.FirstOrDefault(one => one.IsPowered) ?? all[0]
            : all.FirstOrDefault(one => one.Name.Equals(adapter, StringComparison.OrdinalIgnoreCase)
                || (BluetoothAddress.TryParse(adapter, out string? address)
                    && one.Address.Equals(address, StringComparison.OrdinalIgnoreCase)));
        if (chosen is null)
        {
            string known = string.Join(", ", all.Select(one => $"{one.Name} ({one.Address})"));
            throw new ProvisioningException(
                ProvisioningErrorReason.BluetoothAdapterNotFound, $"There is no Bluetooth adapter '{adapter}'. There is: {known}.");
        }

        string path = $"{BlueZNames.ServicePath}/{chosen.Name}";
        return FindAdapterFault(path) is { } fault ? throw fault : path;
    }

    /// <summary>The error of the service or an adapter; null for none.</summary>
    public ProvisioningException? FindAdapterFault(string path)
    {
        string name = NameOf(path);
        if (!IsServiceRunning)
        {
            return new ProvisioningException(
                ProvisioningErrorReason.BluetoothServiceNotRunning, "The Bluetooth service (bluetoothd) has stopped.");
        }

        if (!Objects.Has(path, BlueZNames.Adapter))
        {
            return new ProvisioningException(ProvisioningErrorReason.BluetoothAdapterNotFound, $"The Bluetooth adapter {name} is gone.");
        }

        if (Objects.Is(path, BlueZNames.Adapter, "Powered"))
        {
            return null;
        }

        string? block = RadioSwitches.FindBlock(_options.RadioSwitchPath, name)
            ?? (Objects.Get(path, BlueZNames.Adapter, "PowerState") is "off-blocked" ? "soft" : null);
        return block is null
            ? new ProvisioningException(ProvisioningErrorReason.BluetoothAdapterOff, $"The Bluetooth adapter {name} is switched off.")
            : new ProvisioningException(
                ProvisioningErrorReason.BluetoothBlocked, $"The Bluetooth adapter {name} is blocked by a {block} radio switch (rfkill).");
    }

    /// <summary>The path of the device with this address on an adapter; null if BlueZ does not know it.</summary>
    public string? FindDevice(string adapterPath, string address) => Objects.Find(BlueZNames.Device, adapterPath)
        .FirstOrDefault(path => Objects.Get(path, BlueZNames.Device, "Address") is string known
            && known.Equals(address, StringComparison.OrdinalIgnoreCase));

    public async ValueTask DisposeAsync()
    {
        _service.Changed -= OnOwnerChanged;
        Objects.Dispose();
        _service.Dispose();
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    // A new owner has other objects, and the old one's operations have ended.
    private void OnOwnerChanged(string? owner)
    {
        _serviceChanged = true;
        Objects.Clear();
        if (owner is not null)
            ServiceStarted?.Invoke();
    }
}
