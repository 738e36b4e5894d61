using System.Globalization;
using System.Net;
using EspProv.Host.DBus;
using Names = EspProv.Host.Wifi.NetworkManager.NetworkManagerNames;

namespace EspProv.Host.Wifi.NetworkManager;

/// <summary>
/// A temporary connection to a device's access point. Its profile is in memory only and ends with this connection to the bus, so a killed
/// process leaves nothing.
/// </summary>
internal sealed class NetworkManagerLease : WifiLease
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MinRestoreTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AddressTimeout = TimeSpan.FromSeconds(5);

    private readonly string? _busAddress;
    private readonly TimeProvider _timeProvider;
    private readonly string _device;
    private readonly string? _former;
    private readonly TimeSpan _timeout;

    // Restoring waits until joining has ended.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private NetworkManagerClient _client;
    private KeyAgent? _agent;
    private IDisposable? _reasons;
    private string? _active;
    private bool _left;
    private uint _reason;

    /// <param name="busAddress">The message bus; null for the system's.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="client">Owned by the lease.</param>
    /// <param name="device">The path of the interface that joins.</param>
    /// <param name="former">The UUID of its current network; null for none.</param>
    /// <param name="key">The network's key, null for an open one; owned by the lease.</param>
    /// <param name="timeout">How long joining may take, including an address; also for restoring, if longer than a minute.</param>
    public NetworkManagerLease(
        string? busAddress, TimeProvider timeProvider, NetworkManagerClient client, string device, string? former, Secret? key,
        TimeSpan timeout)
        : base(key, timeout > MinRestoreTimeout ? timeout : MinRestoreTimeout)
    {
        (_busAddress, _timeProvider, _client, _device, _former, _timeout) = (busAddress, timeProvider, client, device, former, timeout);
        InterfaceName = client.NameOf(device);
    }

    /// <summary>The network's name, for messages.</summary>
    public required string Ssid { get; init; }

    /// <summary>The network's exact name.</summary>
    public required byte[] SsidBytes { get; init; }

    /// <inheritdoc/>
    public override string InterfaceName { get; }

    /// <inheritdoc/>
    public override async Task RejoinAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Leaving);
        using var deadline = new Deadline(_timeout, _timeProvider, either.Token);
        await _turn.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            _client = await ReopenAsync(deadline.Token).ConfigureAwait(false);
            _reasons ??= await _client.Connection.SubscribeAsync(
                new DBusMatch(Names.Service, Path: _device, Interface: Names.Device, Member: "StateChanged"),
                OnStateChanged, deadline.Token).ConfigureAwait(false);
            if (Key is not null)
                _agent ??= await KeyAgent.RegisterAsync(_client, Key, deadline.Token).ConfigureAwait(false);
            Address = await JoinAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (DBusException exception)
        {
            throw NetworkManagerErrors.Translate(exception);
        }
        catch (OperationCanceledException exception) when (!either.IsCancellationRequested)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"'{Ssid}' was not joined within {_timeout.TotalSeconds:0.###} s.");
            throw new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, text, exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    protected override async Task RestoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (_agent is not null)
                await _agent.DisposeAsync().ConfigureAwait(false);
            _reasons?.Dispose();
            while (_left && !await TryReturnAsync(cancellationToken).ConfigureAwait(false))
                await Task.Delay(RetryDelay, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // NetworkManager continues with the last activation, and autoconnects.
        }
        finally
        {
            await _client.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Joins with a new profile each time: a lost one was removed.</summary>
    private async Task<IPAddress> JoinAsync(CancellationToken cancellationToken)
    {
        string uuid = Guid.NewGuid().ToString();
        _agent?.Begin(uuid);
        bool wasLeft = _left;
        (_left, _reason, _active) = (true, 0, null);
        try
        {
            IReadOnlyList<object> reply = await _client.CallAsync(
                Names.Path, Names.Manager, "AddAndActivateConnection2", cancellationToken, "a{sa{sv}}ooa{sv}",
                NetworkManagerProfile.Create(uuid, SsidBytes, Key is not null, _client.Version), _device, Names.None,
                NetworkManagerProfile.Options()).ConfigureAwait(false);
            _active = (string)reply[1];
        }
        catch (DBusException exception) when (NetworkManagerErrors.IsRefusal(exception))
        {
            // Nothing was activated: restoring would only interrupt the former network.
            _left = wasLeft;
            throw;
        }

        if (!await _client.WaitForActivationAsync(_active, cancellationToken).ConfigureAwait(false))
        {
            throw _agent is { IsKeyWrong: true }
                ? new ProvisioningException(ProvisioningErrorReason.WrongSoftApKey, $"The access point '{Ssid}' did not take its key.")
                : NetworkManagerErrors.NotJoined(Ssid, _reason);
        }

        // NetworkManager may report the address after the success of the activation.
        await _client.Objects.TryWaitAsync(
            () => FindAddress() is not null || !_client.IsActivated(_active), AddressTimeout, cancellationToken)
            .ConfigureAwait(false);
        return FindAddress() ?? throw NetworkManagerErrors.NotJoined(Ssid, (uint)DeviceReason.IpConfigUnavailable);
    }

    private IPAddress? FindAddress()
    {
        if (_client.Objects.Get(_active!, Names.Active, "Ip4Config") is not string config
            || _client.Objects.Get(config, Names.Ip4Config, "AddressData") is not object[] entries)
        {
            return null;
        }

        return entries.OfType<Dictionary<string, object>>()
            .Select(entry => IPAddress.TryParse(entry.GetValueOrDefault("address") as string, out IPAddress? address) ? address : null)
            .FirstOrDefault(address => address is not null);
    }

    private void OnStateChanged(DBusMessage signal)
    {
        if (signal.Body is [DeviceState.Failed, uint, uint reason])
            _reason = reason;
    }

    /// <summary>One attempt to restore; true if done.</summary>
    private async Task<bool> TryReturnAsync(CancellationToken cancellationToken)
    {
        try
        {
            _client = await ReopenAsync(cancellationToken).ConfigureAwait(false);
            if (!_client.Objects.Has(_device, Names.Device))
                return true;
            if (_former is null)
                return await TryLeaveAsync(cancellationToken).ConfigureAwait(false);

            string profile = (string)(await _client.CallAsync(
                Names.SettingsPath, Names.Settings, "GetConnectionByUuid", cancellationToken, "s", _former).ConfigureAwait(false))[0];
            string active = (string)(await _client.CallAsync(
                Names.Path, Names.Manager, "ActivateConnection", cancellationToken, "ooo", profile, _device, Names.None)
                .ConfigureAwait(false))[0];
            if (await _client.WaitForActivationAsync(active, cancellationToken).ConfigureAwait(false))
                return true;

            // A scan finds networks that were not received for a while.
            await _client.ScanAsync(_device, cancellationToken).ConfigureAwait(false);
        }
        catch (DBusException exception) when (exception.Name == Names.UnknownProfile)
        {
            // The former network's profile was deleted meanwhile.
            return await TryLeaveAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is DBusException or ProvisioningException)
        {
            // NetworkManager restarts, or another program interferes.
        }

        return false;
    }

    private async Task<bool> TryLeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_active is not null && _client.Objects.Has(_active, Names.Active))
            {
                await _client.CallAsync(Names.Path, Names.Manager, "DeactivateConnection", cancellationToken, "o", _active)
                    .ConfigureAwait(false);
            }
        }
        catch (DBusException)
        {
            // It ends with this connection to the bus.
        }

        return true;
    }

    // After a restart of the bus or of NetworkManager its objects and this agent must be created anew.
    private async Task<NetworkManagerClient> ReopenAsync(CancellationToken cancellationToken)
    {
        if (_client.IsRunning)
            return _client;
        await _client.DisposeAsync().ConfigureAwait(false);
        (_agent, _reasons) = (null, null);
        return await NetworkManagerClient.OpenAsync(_busAddress, cancellationToken).ConfigureAwait(false);
    }
}
