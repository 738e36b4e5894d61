using System.Security.Cryptography;
using System.Text;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual;

/// <summary>
/// What the provisioning manager of the firmware decides: which command is allowed when, how often it tries to join, what it
/// reports meanwhile, and when its service ends (PROTOCOL.md §9).
/// </summary>
internal sealed class ProvisioningStateMachine : IDisposable
{
    /// <summary>The longest SSID, in bytes.</summary>
    public const int MaximumSsidLength = 32;

    private const int MaximumPassphraseLength = 63;
    private const int BssidLength = 6;

    // Once Connected was read there is nothing left to serve; without a reader the service ends by itself.
    private static readonly TimeSpan StopAfterConnectedWasRead = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopAfterConnected = TimeSpan.FromSeconds(30);

    private readonly object _lock = new();
    private readonly VirtualDeviceOptions _options;
    private readonly IWifiWorld _world;
    private readonly DeviceStateFile _stateFile;
    private readonly MonitorLog _log;
    private readonly Action _stopService;
    private VirtualDeviceState _state = VirtualDeviceState.Stopped;
    private PendingCredentials? _set;
    private PendingCredentials? _applied;
    private byte[]? _ssid;
    private StaFailReason _failReason;
    private int _failedAttempts;
    private JoinResult? _joined;
    private bool _connectedWasRead;
    private ITimer? _joinTimer;
    private ITimer? _stopTimer;

    /// <param name="options">What the device is built with.</param>
    /// <param name="world">The radio.</param>
    /// <param name="stateFile">The flash.</param>
    /// <param name="log">The monitor.</param>
    /// <param name="stopService">Ends the provisioning service; called outside of any lock, from a timer.</param>
    public ProvisioningStateMachine(
        VirtualDeviceOptions options, IWifiWorld world, DeviceStateFile stateFile, MonitorLog log, Action stopService)
    {
        _options = options;
        _world = world;
        _stateFile = stateFile;
        _log = log;
        _stopService = stopService;
    }

    /// <summary>Where the device stands.</summary>
    public VirtualDeviceState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>The address it was given, when connected.</summary>
    public string? IPAddress
    {
        get
        {
            lock (_lock)
                return _joined?.IPAddress;
        }
    }

    /// <summary>The SSID that it holds credentials for.</summary>
    public byte[]? Ssid
    {
        get
        {
            lock (_lock)
                return _ssid;
        }
    }

    private bool IsWifiProvisioning => _options.Component == ProvisioningComponent.WifiProvisioning;

    /// <summary>Powers on: with stored credentials the device joins their network and provisions no more.</summary>
    /// <returns>Whether the provisioning service is to be started.</returns>
    public bool PowerOn(StoredCredentials? stored)
    {
        lock (_lock)
        {
            Forget();
            if (stored is null)
            {
                _state = VirtualDeviceState.Provisioning;
                return true;
            }

            _state = VirtualDeviceState.AlreadyProvisioned;
            _ssid = stored.Ssid;
            _joinTimer = Once(_options.ConnectDelay, () => JoinAsStation(stored));
            return false;
        }
    }

    /// <summary>Powers off.</summary>
    public void PowerOff()
    {
        lock (_lock)
        {
            Forget();
            _state = VirtualDeviceState.Stopped;
        }
    }

    /// <summary>Keeps credentials for a later Apply, whatever the state.</summary>
    public Status Set(SetWifiConfigCmd command)
    {
        if (command.Ssid.Length > MaximumSsidLength
            || command.Passphrase.Length > MaximumPassphraseLength
            || command.Bssid.Length is not (0 or BssidLength))
            return Status.InvalidArgument;

        lock (_lock)
        {
            _set?.Dispose();
            _set = new PendingCredentials(command.Ssid.ToByteArray(), new Secret(command.Passphrase.Span));
            return Status.Success;
        }
    }

    /// <summary>Stores the credentials and starts to join; refused when there are none, or when there were some before.</summary>
    public Status Apply()
    {
        PendingCredentials credentials;
        lock (_lock)
        {
            if (_set is null)
                return Status.InternalError;
            credentials = _set;
            _set = null;
            if (_state != VirtualDeviceState.Provisioning || !Store(credentials))
            {
                credentials.Dispose();
                return Status.InternalError;
            }

            _applied = credentials;
            _ssid = credentials.Ssid;
            _state = VirtualDeviceState.Connecting;
            _failedAttempts = 0;
        }

        _log.Info(
            "app",
            "Received Wi-Fi credentials",
            $"    SSID     : {MonitorLog.Printable(credentials.Ssid)}",
            $"    Password : {(_options.ShowPassphrase ? MonitorLog.Printable(credentials.Passphrase.Bytes) : "********")}");

        // Only now: an attempt that takes no time would let go of the credentials.
        lock (_lock)
        {
            if (ReferenceEquals(_applied, credentials))
                _joinTimer = Once(_options.ConnectDelay, () => JoinAsProvisioned(credentials));
        }

        return Status.Success;
    }

    /// <summary>How far it has come.</summary>
    public GetWifiStatusResp GetStatus()
    {
        lock (_lock)
        {
            switch (_state)
            {
                case VirtualDeviceState.Connected when _joined is { AccessPoint: { } accessPoint } joined:
                    OnConnectedRead();
                    return new GetWifiStatusResp
                    {
                        StaState = StaState.StaConnected,
                        Connected = new WifiConnected
                        {
                            Ip4Addr = joined.IPAddress ?? string.Empty,
                            AuthMode = accessPoint.Auth,
                            Ssid = ByteString.CopyFrom(accessPoint.Ssid),
                            Bssid = ByteString.CopyFrom(AsReported(accessPoint.Bssid)),
                            Channel = accessPoint.Channel,
                        },
                    };
                case VirtualDeviceState.Failed:
                    return new GetWifiStatusResp { StaState = StaState.StaConnectionFailed, FailReason = _failReason };
                case VirtualDeviceState.Connecting when _failedAttempts > 0:
                    return new GetWifiStatusResp
                    {
                        StaState = StaState.StaConnecting,
                        AttemptFailed = new WifiAttemptFailed { AttemptsRemaining = (uint)(_options.ConnectionAttempts - _failedAttempts) },
                    };
                default:
                    return new GetWifiStatusResp { StaState = StaState.StaConnecting };
            }
        }
    }

    /// <summary>
    /// Forgets refused credentials, so that others may follow. In any other state wifi_provisioning refuses, and
    /// network_provisioning says Success and does nothing.
    /// </summary>
    public Status Reset()
    {
        lock (_lock)
        {
            if (_state != VirtualDeviceState.Failed)
                return IsWifiProvisioning ? Status.InternalError : Status.Success;

            try
            {
                _stateFile.Erase();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Status.InternalError;
            }

            StartOver();
            return Status.Success;
        }
    }

    /// <summary>
    /// Starts over, on a device that keeps its service up. As in the firmware the flash keeps the credentials until others are
    /// applied: a device that loses power in between comes up with the old ones.
    /// </summary>
    public Status Reprovision()
    {
        lock (_lock)
        {
            if (!_options.KeepServiceUp)
                return Status.InternalError;
            StartOver();
            return Status.Success;
        }
    }

    public void Dispose() => PowerOff();

    // The firmware treats the BSSID as a C string on its way out: what follows a 00 byte is not the access point's.
    private static byte[] AsReported(byte[] bssid)
    {
        int end = Array.IndexOf(bssid, (byte)0);
        byte[] reported = [.. bssid];
        if (end >= 0)
            reported.AsSpan(end).Clear();
        return reported;
    }

    private void StartOver()
    {
        Forget();
        _state = VirtualDeviceState.Provisioning;
    }

    private bool Store(PendingCredentials credentials)
    {
        if (!_stateFile.IsPersistent)
            return true;
        try
        {
            _stateFile.Save(StoredCredentials.From(credentials.Ssid, credentials.Passphrase.Bytes, _options.Random));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Forget()
    {
        _joinTimer?.Dispose();
        _stopTimer?.Dispose();
        _set?.Dispose();
        _applied?.Dispose();
        (_joinTimer, _stopTimer, _set, _applied, _ssid, _joined) = (null, null, null, null, null, null);
        (_failedAttempts, _connectedWasRead) = (0, false);
    }

    private ITimer Once(TimeSpan delay, Action action) =>
        _options.TimeProvider.CreateTimer(static state => ((Action)state!)(), action, delay, Timeout.InfiniteTimeSpan);

    private void JoinAsProvisioned(PendingCredentials credentials)
    {
        JoinResult result;
        bool final;
        lock (_lock)
        {
            // Powered off or started over in the meantime.
            if (!ReferenceEquals(_applied, credentials))
                return;

            result = _world.Join(
                credentials.Ssid,
                passphrase => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(passphrase), credentials.Passphrase.Bytes));

            // Only a limit on the attempts ends a failure of a kind that the firmware has no reason for.
            final = (result.Outcome != JoinOutcome.NoAnswer || _options.ConnectionAttempts > 1) && Conclude(result, credentials);
        }

        switch (result.Outcome)
        {
            case JoinOutcome.Connected:
                LogAddress(result);
                _log.Info("app", "Provisioning successful");
                LogConnected(result);
                break;
            case not JoinOutcome.Connected when final:
                string reason = result.Outcome == JoinOutcome.NetworkNotFound ? "Wi-Fi access-point not found" : "Wi-Fi AP password incorrect";
                _log.Error("app", "Provisioning failed!", $"    Reason : {reason}", "    Please reset to factory and retry provisioning");
                break;
            default:
                _log.Info("app", "Disconnected. Connecting to the AP again...");
                break;
        }
    }

    // Takes the result of an attempt in; false when another one follows.
    private bool Conclude(JoinResult result, PendingCredentials credentials)
    {
        if (result.Outcome == JoinOutcome.Connected)
        {
            _joined = result;
            _state = VirtualDeviceState.Connected;
            if (!_options.KeepServiceUp)
                _stopTimer = Once(StopAfterConnected, _stopService);
        }
        else if (++_failedAttempts < _options.ConnectionAttempts)
        {
            _joinTimer?.Dispose();
            _joinTimer = Once(_options.ConnectDelay, () => JoinAsProvisioned(credentials));
            return false;
        }
        else
        {
            _failReason = result.Outcome == JoinOutcome.NetworkNotFound ? StaFailReason.StaNetworkNotFound : StaFailReason.StaAuthError;
            _state = VirtualDeviceState.Failed;
        }

        _applied?.Dispose();
        _applied = null;
        return true;
    }

    private void JoinAsStation(StoredCredentials stored)
    {
        JoinResult result = _world.Join(stored.Ssid, stored.Accepts);
        lock (_lock)
        {
            if (_state != VirtualDeviceState.AlreadyProvisioned || result.Outcome != JoinOutcome.Connected)
                return;
            _joined = result;
        }

        LogAddress(result);
        LogConnected(result);
    }

    private void OnConnectedRead()
    {
        if (_connectedWasRead || _options.KeepServiceUp)
            return;
        _connectedWasRead = true;
        _stopTimer?.Dispose();
        _stopTimer = Once(StopAfterConnectedWasRead, _stopService);
    }

    private void LogAddress(JoinResult result)
    {
        string address = result.IPAddress ?? string.Empty;
        string gateway = address[..(address.LastIndexOf('.') + 1)] + "1";
        _log.Info("esp_netif_handlers", $"sta ip: {address}, mask: 255.255.255.0, gw: {gateway}");
    }

    private void LogConnected(JoinResult result) => _log.Info("app", $"Connected with IP Address:{result.IPAddress}");

    private sealed record PendingCredentials(byte[] Ssid, Secret Passphrase) : IDisposable
    {
        public void Dispose() => Passphrase.Dispose();
    }
}
