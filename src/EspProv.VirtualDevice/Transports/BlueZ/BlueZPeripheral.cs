using System.Text;
using EspProv.Devices;
using EspProv.Host.Bluetooth.BlueZ;
using EspProv.Host.DBus;
using EspProv.Transports.Gatt;
using EspProv.Virtual.Protocomm;

namespace EspProv.Virtual.Transports.BlueZ;

/// <summary>
/// A BLE peripheral on one of this machine's adapters, by BlueZ. As in firmware there is one client at a time, no advertising while it is
/// connected, and its disconnect ends the security session (PROTOCOL.md §7).
/// </summary>
public sealed class BlueZPeripheral : IDeviceTransport
{
    // For a BlueZ that hangs.
    private static readonly TimeSpan HaltLimit = TimeSpan.FromSeconds(5);

    private readonly BlueZPeripheralOptions _options;
    private readonly BlueZClient _client;
    private readonly string _adapterPath;

    // As the firmware's single server task: requests are handled one after another.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<string, byte[]> _replies = new(StringComparer.Ordinal);
    private Service? _service;
    private string? _central;
    private uint _session;
    private bool _advertised;
    private bool _disposed;

    private BlueZPeripheral(BlueZPeripheralOptions options, BlueZClient client, string adapterPath)
    {
        _options = options;
        _client = client;
        _adapterPath = adapterPath;
        Address = (string)client.Objects.Get(adapterPath, BlueZNames.Adapter, "Address")!;
        client.Objects.Changed += OnChanged;
        client.ServiceStarted += OnServiceStarted;
    }

    /// <summary>The adapter's Bluetooth address.</summary>
    public string Address { get; }

    /// <summary>Opens an adapter; nothing is advertised yet.</summary>
    /// <exception cref="ArgumentException">The manufacturer data is too short or too long for an advertisement.</exception>
    /// <exception cref="ProvisioningException">One of the Bluetooth reasons.</exception>
    public static async Task<BlueZPeripheral> OpenAsync(BlueZPeripheralOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        // 31 bytes, minus 3 of flags, 18 of the service UUID, and 2 of the field's header.
        if (options.ManufacturerData.Length is 1 or > 8)
        {
            throw new ArgumentException(
                "Manufacturer data is 2 to 8 bytes long, the company identifier included: more does not fit beside the service "
                + "UUID.", nameof(options));
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable, "A virtual Bluetooth device needs Linux with BlueZ. Use SoftAP here.");
        }

        BlueZClient client = await BlueZClient.OpenAsync(options.BlueZ, cancellationToken).ConfigureAwait(false);
        try
        {
            string adapterPath = client.ChooseAdapter(options.Adapter);
            return client.Objects.Has(adapterPath, BlueZNames.GattManager) && client.Objects.Has(adapterPath, BlueZNames.AdvertisingManager)
                ? new BlueZPeripheral(options, client, adapterPath)
                : throw new ProvisioningException(
                    ProvisioningErrorReason.TransportUnavailable, "This Bluetooth adapter cannot be a peripheral: it has no GATT or "
                        + "advertising manager.");
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task StartAsync(IProtocomm protocomm, string serviceName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(protocomm);
        if (Encoding.UTF8.GetByteCount(serviceName) > QrPayload.MaxBleNameBytes)
        {
            throw new ArgumentException(
                $"'{serviceName}' does not fit into a scan response, which takes {QrPayload.MaxBleNameBytes} bytes of name.",
                nameof(serviceName));
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_service is not null)
                throw new InvalidOperationException("The peripheral is running already.");
            _service = new Service(
                serviceName,
                protocomm,
                new GattApplication(_client.Connection, _options.ServiceUuid, protocomm.Endpoints, _options.ForceEncryption, AccessAsync),
                new LeAdvertisement(_client.Connection, serviceName, _options.ServiceUuid, _options.ManufacturerData));
            try
            {
                // The adapter's alias is the name in the generic access service, which phones remember. BlueZ stores it, so it is restored
                // even when the process ends.
                _service.FormerAlias = _client.Objects.Get(_adapterPath, BlueZNames.Adapter, "Alias") as string;
                _service.AtEnd = _options.ProcessEnd.Register(StopAsync, HaltLimit);
                await RegisterAsync(_service, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                await HaltAsync().ConfigureAwait(false);
                if (exception is DBusException bus)
                    throw _client.FindAdapterFault(_adapterPath) ?? BlueZErrors.Translate(bus, $"{serviceName} could not be advertised");
                throw;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync()
    {
        // First, so that a running request does not block the lock.
        if (_service is { } service)
            await service.Stop.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await HaltAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        if (_disposed)
            return;
        _disposed = true;
        _client.Objects.Changed -= OnChanged;
        _client.ServiceStarted -= OnServiceStarted;
        await _client.DisposeAsync().ConfigureAwait(false);
    }

    private static Dictionary<string, object> NoOptions() => [];

    private async Task RegisterAsync(Service service, CancellationToken cancellationToken)
    {
        if (_options.ForceEncryption)
        {
            service.Agent = await BlueZAgent.RegisterAsync(
                _client,
                device => device.StartsWith(_adapterPath + "/", StringComparison.Ordinal),
                asDefault: true,
                cancellationToken).ConfigureAwait(false);
        }

        await SetAliasAsync(service.Name, cancellationToken).ConfigureAwait(false);
        await _client.CallAsync(
            _adapterPath, BlueZNames.GattManager, "RegisterApplication", cancellationToken, "oa{sv}",
            GattApplication.Path, NoOptions()).ConfigureAwait(false);
        await AdvertiseAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task UnregisterAsync(Service service)
    {
        await StopAdvertisingAsync().ConfigureAwait(false);
        await TryAsync(_adapterPath, BlueZNames.GattManager, "UnregisterApplication", "o", GattApplication.Path).ConfigureAwait(false);
        if (service.Agent is { } agent)
            await agent.DisposeAsync().ConfigureAwait(false);
        service.Agent = null;
    }

    private async Task AdvertiseAsync(CancellationToken cancellationToken)
    {
        await _client.CallAsync(
            _adapterPath, BlueZNames.AdvertisingManager, "RegisterAdvertisement", cancellationToken, "oa{sv}",
            LeAdvertisement.Path, NoOptions()).ConfigureAwait(false);
        _advertised = true;
    }

    private async Task SetAliasAsync(string alias, CancellationToken cancellationToken) => await _client.CallAsync(
        _adapterPath, BlueZNames.Properties, "Set", cancellationToken, "ssv", BlueZNames.Adapter, "Alias",
        new DBusVariant("s", alias)).ConfigureAwait(false);

    private async Task StopAdvertisingAsync()
    {
        if (!_advertised)
            return;
        _advertised = false;
        await TryAsync(
            _adapterPath, BlueZNames.AdvertisingManager, "UnregisterAdvertisement", "o", LeAdvertisement.Path).ConfigureAwait(false);
    }

    private async Task HaltAsync()
    {
        if (_service is not { } service)
            return;
        _service = null;
        await service.Stop.CancelAsync().ConfigureAwait(false);
        await StopAdvertisingAsync().ConfigureAwait(false);
        if (_central is { } central)
        {
            // As firmware, which switches its radio off.
            EndSession(service);
            await TryAsync(central, BlueZNames.Device, "Disconnect").ConfigureAwait(false);
        }

        await UnregisterAsync(service).ConfigureAwait(false);
        if (service.FormerAlias is { } alias)
        {
            await TryAsync(
                _adapterPath,
                BlueZNames.Properties,
                "Set",
                "ssv",
                BlueZNames.Adapter,
                "Alias",
                new DBusVariant("s", alias)).ConfigureAwait(false);
        }

        service.Dispose();
    }

    private async Task TryAsync(string path, string interfaceName, string member, string signature = "", params object[] arguments)
    {
        try
        {
            await _client.CallAsync(path, interfaceName, member, CancellationToken.None, signature, arguments).ConfigureAwait(false);
        }
        catch (DBusException)
        {
            // Best effort on shutdown: it may be gone already.
        }
    }

    private async Task<byte[]> AccessAsync(string endpoint, string central, byte[]? value)
    {
        if (_service is not { } service)
            throw Refused();
        await _turn.WaitAsync(service.Stop.Token).ConfigureAwait(false);
        try
        {
            if (_service != service)
                throw Refused();
            await OpenSessionAsync(service, central).ConfigureAwait(false);
            if (value is null)
                return _replies.GetValueOrDefault(endpoint, []);

            _replies.Remove(endpoint);
            byte[]? reply = await service.Protocomm.HandleAsync(endpoint, _session, value, service.Stop.Token).ConfigureAwait(false);
            // A failed handler is an ATT error, as is a reply that is too long for an attribute.
            _replies[endpoint] = reply is { Length: <= GattTransport.MaxValueLength } ? reply : throw Refused();
            return reply;
        }
        finally
        {
            _turn.Release();
        }
    }

    // Which of BlueZ's error names stands for 0x04, NimBLE's answer, cannot be chosen: "Failed" becomes 0x80 or 0x0E.
    private static DBusException Refused() => new(BlueZNames.Error + "Failed", "The request was refused.");

    private async Task OpenSessionAsync(Service service, string central)
    {
        if (_central == central)
            return;
        if (_central is not null)
            EndSession(service);
        _central = central;
        service.Protocomm.OpenSession(++_session);
        await StopAdvertisingAsync().ConfigureAwait(false);
    }

    private void EndSession(Service service)
    {
        service.Protocomm.CloseSession(_session);
        _replies.Clear();
        _central = null;
    }

    // Runs on the bus connection's reading loop: must not block.
    private void OnChanged(DBusChange change)
    {
        if (change.Interface == BlueZNames.Device
            && change.Path == _central
            && !_client.Objects.Is(change.Path, BlueZNames.Device, "Connected"))
        {
            _ = EndSessionAndAdvertiseAsync(change.Path);
        }
    }

    private async Task EndSessionAndAdvertiseAsync(string central)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_service is not { } service || _central != central)
                return;
            EndSession(service);
            if (!_client.IsServiceRunning)
                return; // The next bluetoothd gets the advertisement with all the rest.
            if (_options.ForceEncryption)
                await TryAsync(_adapterPath, BlueZNames.Adapter, "RemoveDevice", "o", central).ConfigureAwait(false);
            await AdvertiseAsync(service.Stop.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DBusException or OperationCanceledException)
        {
            // The adapter was removed or switched off meanwhile.
        }
        finally
        {
            _turn.Release();
        }
    }

    // Runs on the bus connection's reading loop: must not block.
    private void OnServiceStarted() => _ = RegisterAgainAsync();

    private async Task RegisterAgainAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_disposed)
                return;
            CancellationToken stop = _service?.Stop.Token ?? CancellationToken.None;
            await _client.AdoptServiceAsync(stop).ConfigureAwait(false);
            if (_service is not { } service)
                return;
            if (_central is not null)
                EndSession(service);

            // bluetoothd adds and powers its adapters after it has taken its name.
            await _client.Objects.WaitAsync(
                () => _client.Objects.Is(_adapterPath, BlueZNames.Adapter, "Powered")
                    && _client.Objects.Has(_adapterPath, BlueZNames.GattManager)
                    && _client.Objects.Has(_adapterPath, BlueZNames.AdvertisingManager),
                stop).ConfigureAwait(false);

            // A start that ran meanwhile may have registered with this bluetoothd.
            await UnregisterAsync(service).ConfigureAwait(false);
            await RegisterAsync(service, stop).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DBusException or ProvisioningException or OperationCanceledException)
        {
            // Stopped or ended meanwhile; a further bluetoothd is announced again.
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The state between a start and a stop.</summary>
    private sealed class Service(string name, IProtocomm protocomm, GattApplication application, LeAdvertisement advertisement)
        : IDisposable
    {
        public string Name => name;

        public IProtocomm Protocomm => protocomm;

        public CancellationTokenSource Stop { get; } = new();

        public BlueZAgent? Agent { get; set; }

        public string? FormerAlias { get; set; }

        public IDisposable? AtEnd { get; set; }

        public void Dispose()
        {
            AtEnd?.Dispose();
            application.Dispose();
            advertisement.Dispose();
            // The token's source is not disposed of: a request may still use it.
        }
    }
}
