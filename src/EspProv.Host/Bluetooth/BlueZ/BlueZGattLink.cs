using EspProv.Host.DBus;
using EspProv.Transports.Gatt;

namespace EspProv.Host.Bluetooth.BlueZ;

/// <summary>A GATT link through BlueZ. It has its own connection to the bus, opened on the first connect.</summary>
internal sealed class BlueZGattLink : IGattLink
{
    // Controllers sometimes fail to get a free slot ("le-connection-abort-by-local"); a second attempt works.
    private const int ConnectAttempts = 3;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(5);
    private static readonly Dictionary<string, object> NoOptions = [];

    private readonly BlueZOptions _options;
    private readonly string? _adapter;
    private BlueZClient? _client;
    private string _adapterPath = "";
    private string? _devicePath;
    private bool _pairedBefore;
    // Cancelled when the link is lost, so that no call waits for a reply that cannot arrive.
    private CancellationTokenSource? _lost;

    public BlueZGattLink(BlueZOptions options, string address, string? adapter)
    {
        _options = options;
        _adapter = adapter;
        Address = BluetoothAddress.Parse(address);
    }

    public string Address { get; }

    public bool IsConnected => _lost is { IsCancellationRequested: false };

    public bool IsPaired => Is("Paired");

    public bool HasOwnBond => IsPaired && !_pairedBefore;

    public int? Mtu { get; private set; }

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_client is { IsServiceRunning: false })
        {
            await ReleaseAsync().ConfigureAwait(false);
        }

        _client ??= await OpenClientAsync(cancellationToken).ConfigureAwait(false);
        _adapterPath = _client.ChooseAdapter(_adapter);
        _devicePath = _client.FindDevice(_adapterPath, Address) ?? await DiscoverAsync(cancellationToken).ConfigureAwait(false);
        _pairedBefore = IsPaired;
        for (int attempt = 1; ; attempt++)
        {
            await ConnectDeviceAsync(_devicePath, cancellationToken).ConfigureAwait(false);

            _lost?.Dispose();
            _lost = new CancellationTokenSource();
            // The device may have disconnected before the handler was added.
            CancelIfDisconnected();
            await WaitAsync(() => Is("ServicesResolved") || !IsConnected, cancellationToken).ConfigureAwait(false);
            if (IsConnected)
                break;
            if (Fault() is { } fault)
                throw fault;

            // A link that the device failed to establish is lost right after connecting; a second attempt works.
            if (attempt == ConnectAttempts)
            {
                throw new ProvisioningException(
                    ProvisioningErrorReason.DeviceUnreachable, $"{Address} disconnected before its services were known.");
            }

            await Task.Delay(RetryDelay, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        Mtu = await ReadMtuAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<GattCharacteristic>> GetCharacteristicsAsync(CancellationToken cancellationToken)
    {
        DBusObjects objects = Connected().Objects;
        var characteristics = new List<GattCharacteristic>();
        foreach (string path in objects.Find(BlueZNames.GattCharacteristic, _devicePath!))
        {
            if (objects.Get(path, BlueZNames.GattCharacteristic, "UUID") is string uuid && Guid.TryParse(uuid, out Guid own)
                && objects.Get(path, BlueZNames.GattCharacteristic, "Service") is string service
                && objects.Get(service, BlueZNames.GattService, "UUID") is string serviceUuid
                    && Guid.TryParse(serviceUuid, out Guid parent))
            {
                characteristics.Add(new GattCharacteristic(parent, own, path));
            }
        }

        return Task.FromResult<IReadOnlyList<GattCharacteristic>>(characteristics);
    }

    public async Task<byte[]?> ReadDescriptorAsync(GattCharacteristic characteristic, Guid descriptor, CancellationToken cancellationToken)
    {
        DBusObjects objects = Connected().Objects;
        string? path = objects.Find(BlueZNames.GattDescriptor, characteristic.Id).FirstOrDefault(candidate =>
            objects.Get(candidate, BlueZNames.GattDescriptor, "UUID") is string uuid
                && Guid.TryParse(uuid, out Guid own)
                && own == descriptor);
        return path is null
            ? null
            : ValueIn(await RequestAsync(path, BlueZNames.GattDescriptor, "ReadValue", "a{sv}", [NoOptions], cancellationToken)
                .ConfigureAwait(false));
    }

    public async Task WriteAsync(GattCharacteristic characteristic, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        // "request" is a write with response; BlueZ uses a long write if needed.
        await RequestAsync(
            characteristic.Id,
            BlueZNames.GattCharacteristic,
            "WriteValue",
            "aya{sv}",
            [value, new Dictionary<string, object> { ["type"] = new DBusVariant("s", "request") }],
            cancellationToken).ConfigureAwait(false);

    public async Task<byte[]> ReadAsync(GattCharacteristic characteristic, CancellationToken cancellationToken) =>
        ValueIn(await RequestAsync(characteristic.Id, BlueZNames.GattCharacteristic, "ReadValue", "a{sv}", [NoOptions], cancellationToken)
            .ConfigureAwait(false));

    public async Task PairAsync(CancellationToken cancellationToken)
    {
        BlueZClient client = Connected();
        string path = _devicePath!;
        BlueZAgent agent = await BlueZAgent.RegisterAsync(
            client, device => device == path, asDefault: false, cancellationToken).ConfigureAwait(false);
        await using (agent.ConfigureAwait(false))
        {
            try
            {
                await CallLinkedAsync(path, BlueZNames.Device, "Pair", "", [], cancellationToken).ConfigureAwait(false);
            }
            catch (DBusException exception) when (exception.Name == BlueZNames.Error + "AlreadyExists")
            {
                // Already paired: the kernel finished first.
            }
            catch (DBusException exception) when (exception.Name == BlueZNames.Error + "InProgress")
            {
                // The kernel paired by itself when the device required it; treated as our own pairing.
                await WaitAsync(() => IsPaired || !IsConnected, cancellationToken).ConfigureAwait(false);
            }
            catch (DBusException exception)
            {
                throw Fault() ?? new ProvisioningException(
                    ProvisioningErrorReason.PairingFailed, $"Pairing with {Address} failed ({BlueZErrors.Detail(exception)}).", exception);
            }
            catch (OperationCanceledException)
            {
                await AbortAsync("CancelPairing").ConfigureAwait(false);
                throw;
            }
        }
    }

    public async Task UnpairAsync(CancellationToken cancellationToken)
    {
        if (_client is { } client && _devicePath is { } path)
        {
            try
            {
                await client.CallAsync(
                    _adapterPath, BlueZNames.Adapter, "RemoveDevice", cancellationToken, "o", path).ConfigureAwait(false);
            }
            catch (DBusException exception) when (exception.Name is BlueZNames.Error + "DoesNotExist" or DBusException.UnknownObject)
            {
                // Removed already.
            }
            catch (DBusException exception)
            {
                throw Fault() ?? BlueZErrors.Translate(exception, $"The pairing with {Address} could not be removed");
            }
        }
    }

    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        if (_client is { } client && _devicePath is { } path)
        {
            Unwatch();
            if (client.IsServiceRunning && client.Objects.Has(path, BlueZNames.Device))
            {
                try
                {
                    await client.CallAsync(path, BlueZNames.Device, "Disconnect", cancellationToken).ConfigureAwait(false);
                }
                catch (DBusException)
                {
                    // Not connected, or gone already.
                }
            }

            _devicePath = null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(AbortTimeout, _options.TimeProvider);
        try
        {
            await DisconnectAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // BlueZ hangs; the bus connection is closed anyway.
        }

        await ReleaseAsync().ConfigureAwait(false);
    }

    private byte[] ValueIn(IReadOnlyList<object> reply) => reply is [byte[] value, ..]
        ? value
        : throw new ProvisioningException(
            ProvisioningErrorReason.MalformedResponse,
            $"The Bluetooth service answered a read from {Address} without a value. Restart it (bluetoothd).");

    private async Task<BlueZClient> OpenClientAsync(CancellationToken cancellationToken)
    {
        BlueZClient client = await BlueZClient.OpenAsync(_options, cancellationToken).ConfigureAwait(false);
        client.Objects.Changed += OnChanged;
        client.Connection.Closed.Register(Lose);
        return client;
    }

    private async Task ReleaseAsync()
    {
        Unwatch();
        if (_client is { } client)
        {
            _client = null;
            _devicePath = null;
            client.Objects.Changed -= OnChanged;
            await client.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void OnChanged(DBusChange change)
    {
        if (change.Path == _devicePath || change.Path == _adapterPath)
        {
            CancelIfDisconnected();
        }
    }

    private void CancelIfDisconnected()
    {
        if (!Is("Connected"))
        {
            Lose();
        }
    }

    private void Lose()
    {
        try
        {
            _lost?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // A late notification after disposal.
        }
    }

    private void Unwatch()
    {
        CancellationTokenSource? lost = _lost;
        _lost = null;
        lost?.Dispose();
    }

    private bool Is(string property) =>
        _client is { } client && _devicePath is { } path && client.Objects.Is(path, BlueZNames.Device, property);

    // The error on this machine's side of the link, which takes precedence over others.
    private ProvisioningException? Fault() => _client?.FindAdapterFault(_adapterPath);

    private ProvisioningException LostError() => Fault() ?? new ProvisioningException(
        ProvisioningErrorReason.SessionLost, $"{Address} disconnected.");

    // An adapter that is unplugged or switched off removes its devices first; its own change follows a moment later.
    private async Task<ProvisioningException> SettledLostErrorAsync()
    {
        using var moment = new CancellationTokenSource(SettleTime, _options.TimeProvider);
        try
        {
            await WaitAsync(() => Fault() is not null, moment.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The device caused it.
        }

        return LostError();
    }

    private BlueZClient Connected() => IsConnected ? _client! : throw LostError();

    private Task WaitAsync(Func<bool> condition, CancellationToken cancellationToken) =>
        _client!.Objects.WaitAsync(condition, cancellationToken);

    private async Task<string> DiscoverAsync(CancellationToken cancellationToken)
    {
        BlueZClient client = _client!;
        // Ended before connecting: many controllers cannot scan and connect at once.
        BlueZDiscovery discovery = await BlueZDiscovery.StartAsync(client, _adapterPath, cancellationToken).ConfigureAwait(false);
        await using (discovery.ConfigureAwait(false))
        {
            string? path = null;
            await WaitAsync(
                () => (path = client.FindDevice(_adapterPath, Address)) is not null || Fault() is not null,
                cancellationToken).ConfigureAwait(false);
            return path ?? throw Fault()!;
        }
    }

    private async Task ConnectDeviceAsync(string path, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await _client!.CallAsync(path, BlueZNames.Device, "Connect", cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (DBusException exception) when (exception.Name == BlueZNames.Error + "AlreadyConnected")
            {
                return;
            }
            catch (DBusException exception) when (
                exception.Name == BlueZNames.Error + "Failed" && attempt < ConnectAttempts && Fault() is null)
            {
                await Task.Delay(RetryDelay, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
            catch (DBusException exception)
            {
                throw Fault() ?? (exception.Name is DBusException.AccessDenied or DBusException.ServiceUnknown
                    ? BlueZErrors.Translate(exception, $"{Address} could not be connected")
                    : new ProvisioningException(
                        ProvisioningErrorReason.DeviceUnreachable, $"{Address} could not be connected "
                            + $"({BlueZErrors.Detail(exception)}).", exception));
            }
            catch (OperationCanceledException)
            {
                // Otherwise BlueZ keeps trying, and the next attempt fails as busy.
                await AbortAsync("Disconnect").ConfigureAwait(false);
                throw;
            }
        }
    }

    // Read, because BlueZ does not signal the MTU when a known device reconnects. Available since BlueZ 5.62.
    private async Task<int?> ReadMtuAsync(CancellationToken cancellationToken)
    {
        if (_client!.Objects.Find(BlueZNames.GattCharacteristic, _devicePath!) is not [string first, ..])
            return null;
        try
        {
            IReadOnlyList<object> reply = await _client.CallAsync(
                first, BlueZNames.Properties, "Get", cancellationToken, "ss", BlueZNames.GattCharacteristic, "MTU").ConfigureAwait(false);
            return reply is [ushort mtu] ? mtu : null;
        }
        catch (DBusException)
        {
            return null;
        }
    }

    private async Task AbortAsync(string member)
    {
        try
        {
            await _client!.Connection.CallAsync(
                DBusMessage.Call(BlueZNames.Service, _devicePath!, BlueZNames.Device, member),
                CancellationToken.None,
                AbortTimeout).ConfigureAwait(false);
        }
        catch (DBusException)
        {
            // Nothing to abort.
        }
    }

    // Runs a read or write: returns the reply, or throws the device's ATT error or the error of the link.
    private async Task<IReadOnlyList<object>> RequestAsync(
        string path, string interfaceName, string member, string signature, object[] arguments, CancellationToken cancellationToken)
    {
        Connected();
        try
        {
            return await CallLinkedAsync(path, interfaceName, member, signature, arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (DBusException exception)
        {
            if (BlueZErrors.ToGatt(exception) is { } gatt && Fault() is null)
            {
                throw gatt;
            }

            throw exception.Name is BlueZNames.Error + "Failed" or DBusException.UnknownObject
                ? await SettledLostErrorAsync().ConfigureAwait(false)
                : Fault() ?? BlueZErrors.Translate(exception, $"{member} on {Address}");
        }
    }

    private async Task<IReadOnlyList<object>> CallLinkedAsync(
        string path, string interfaceName, string member, string signature, object[] arguments, CancellationToken cancellationToken)
    {
        CancellationToken lost = _lost?.Token ?? throw LostError();
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lost);
        try
        {
            return await _client!.CallAsync(path, interfaceName, member, linked.Token, signature, arguments).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw await SettledLostErrorAsync().ConfigureAwait(false);
        }
    }
}
