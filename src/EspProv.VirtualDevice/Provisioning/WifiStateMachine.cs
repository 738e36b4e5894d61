using System.Security.Cryptography;
using System.Text;
using EspProv.Virtual.Worlds;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual.Provisioning;

/// <summary>The provisioning manager for Wi-Fi: how often it tries to join, and what it reports meanwhile (PROTOCOL.md §9).</summary>
internal sealed class WifiStateMachine : ProvisioningStateMachine
{
    private const string NoAddress = "0.0.0.0";

    private readonly IWifiWorld _world;
    private PendingCredentials? _set;
    private PendingCredentials? _applied;
    private StaFailReason _failReason;
    private int _failedAttempts;
    private VirtualJoin? _joined;

    /// <inheritdoc/>
    public WifiStateMachine(
        VirtualDeviceOptions options, IWifiWorld world, DeviceStateFile stateFile, MonitorLog log, Action stopService)
        : base(options, stateFile, log, stopService) => _world = world;

    /// <inheritdoc/>
    public override string? IPAddress
    {
        get
        {
            lock (Lock)
                return _joined?.IPAddress;
        }
    }

    /// <inheritdoc/>
    public override string AlreadyProvisionedLine => "Already provisioned, starting Wi-Fi STA";

    private bool IsWifiProvisioning => Options.Component == ProvisioningComponent.WifiProvisioning;

    /// <summary>Stores credentials for Apply, in any state.</summary>
    public Status Set(SetWifiConfigCmd command)
    {
        if (command.Ssid.Length > ProtocolLimits.MaxSsidLength
            || command.Passphrase.Length > ProtocolLimits.MaxPassphraseLength
            || command.Bssid.Length is not (0 or HardwareAddress.Length))
        {
            return Status.InvalidArgument;
        }

        lock (Lock)
        {
            _set?.Dispose();
            _set = new PendingCredentials(command.Ssid.ToByteArray(), new Secret(command.Passphrase.Span));
            return Status.Success;
        }
    }

    /// <summary>Stores the credentials and starts to join; refused without credentials, or if others were applied before.</summary>
    public Status Apply()
    {
        PendingCredentials credentials;
        lock (Lock)
        {
            if (_set is null)
                return Status.InternalError;
            credentials = _set;
            _set = null;
            if (Current != VirtualDeviceState.Provisioning || !Store(credentials.Ssid, credentials.Passphrase.Bytes))
            {
                credentials.Dispose();
                return Status.InternalError;
            }

            _applied = credentials;
            Network = credentials.Ssid;
            Enter(VirtualDeviceState.Connecting);
            _failedAttempts = 0;
        }

        Log.Info(
            "app",
            "Received Wi-Fi credentials",
            $"    SSID     : {UntrustedText.Show(credentials.Ssid)}",
            $"    Password : {(Options.ShowPassphrase ? UntrustedText.Show(credentials.Passphrase.Bytes) : "********")}");

        // Only now: an immediate attempt would clear the credentials.
        lock (Lock)
        {
            if (ReferenceEquals(_applied, credentials))
                JoinLater(Options.ConnectDelay, () => JoinAsProvisioned(credentials));
        }

        return Status.Success;
    }

    /// <summary>The progress.</summary>
    public GetWifiStatusResp GetStatus()
    {
        lock (Lock)
        {
            switch (Reported)
            {
                case VirtualDeviceState.Connected when _joined is { AccessPoint: { } accessPoint } joined:
                    OnConnectedRead();
                    return new GetWifiStatusResp
                    {
                        StaState = StaState.StaConnected,
                        Connected = new WifiConnected
                        {
                            Ip4Addr = joined.IPAddress ?? NoAddress,
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
                        AttemptFailed = new WifiAttemptFailed { AttemptsRemaining = (uint)(Options.ConnectionAttempts - _failedAttempts) },
                    };
                default:
                    return new GetWifiStatusResp { StaState = StaState.StaConnecting };
            }
        }
    }

    /// <summary>
    /// wifi_provisioning refuses. network_provisioning answers Success if there is nothing to clear, and refuses while joining and when
    /// joined.
    /// </summary>
    protected override Status ResetWithoutFailure() =>
        !IsWifiProvisioning && Current == VirtualDeviceState.Provisioning ? Status.Success : Status.InternalError;

    protected override void JoinAsStation(StoredCredentials stored)
    {
        VirtualJoin result = _world.Join(stored.Ssid, stored.Accepts);
        lock (Lock)
        {
            if (Current != VirtualDeviceState.AlreadyProvisioned || result.Outcome != JoinOutcome.Connected)
                return;
            _joined = result;
        }

        LogAddress(result);
        LogConnected(result);
    }

    protected override void LeaveNetwork()
    {
        base.LeaveNetwork();
        _applied?.Dispose();
        _applied = null;
        _failedAttempts = 0;

        // The status is still Connected, but the driver has no network: no name, no address, and unrelated memory.
        if (_joined is { AccessPoint: { } accessPoint })
            _joined = _joined with { IPAddress = null, AccessPoint = accessPoint with { Ssid = [] } };
    }

    protected override void Forget()
    {
        base.Forget();
        _set?.Dispose();
        (_set, _joined) = (null, null);
    }

    // Firmware copies the BSSID as a C string: bytes after a 00 are unrelated.
    private static byte[] AsReported(byte[] bssid)
    {
        int end = Array.IndexOf(bssid, (byte)0);
        byte[] reported = [.. bssid];
        if (end >= 0)
            reported.AsSpan(end).Clear();
        return reported;
    }

    private void JoinAsProvisioned(PendingCredentials credentials)
    {
        VirtualJoin result;
        bool final;
        lock (Lock)
        {
            // Powered off or restarted meanwhile.
            if (!ReferenceEquals(_applied, credentials))
                return;

            result = _world.Join(
                credentials.Ssid,
                passphrase => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(passphrase), credentials.Passphrase.Bytes));

            // Only a limit on attempts ends a failure for which firmware has no reason.
            final = (result.Outcome != JoinOutcome.NoAnswer || Options.ConnectionAttempts > 1) && Conclude(result, credentials);
        }

        switch (result.Outcome)
        {
            case JoinOutcome.Connected:
                LogAddress(result);
                Log.Info("app", "Provisioning successful");
                LogConnected(result);
                break;
            case not JoinOutcome.Connected when final:
                string reason = result.Outcome == JoinOutcome.NetworkNotFound
                    ? "Wi-Fi access-point not found"
                    : "Wi-Fi AP password incorrect";
                Log.Error("app", "Provisioning failed!", $"    Reason : {reason}", "    Please reset to factory and retry provisioning");
                break;
            default:
                Log.Info("app", "Disconnected. Connecting to the AP again...");
                break;
        }
    }

    // Applies the result of an attempt; false if another one follows.
    private bool Conclude(VirtualJoin result, PendingCredentials credentials)
    {
        if (result.Outcome == JoinOutcome.Connected)
        {
            _joined = result;
            OnConnected();
        }
        else if (++_failedAttempts < Options.ConnectionAttempts)
        {
            JoinLater(Options.ConnectDelay, () => JoinAsProvisioned(credentials));
            return false;
        }
        else
        {
            _failReason = result.Outcome == JoinOutcome.NetworkNotFound ? StaFailReason.StaNetworkNotFound : StaFailReason.StaAuthError;
            Enter(VirtualDeviceState.Failed);
        }

        _applied?.Dispose();
        _applied = null;
        return true;
    }

    private void LogAddress(VirtualJoin result)
    {
        string address = result.IPAddress ?? string.Empty;
        string gateway = result.Gateway ?? address[..(address.LastIndexOf('.') + 1)] + "1";
        Log.Info("esp_netif_handlers", $"sta ip: {address}, mask: {result.Netmask ?? "255.255.255.0"}, gw: {gateway}");
    }

    private void LogConnected(VirtualJoin result) => Log.Info("app", $"Connected with IP Address:{result.IPAddress}");

    private sealed record PendingCredentials(byte[] Ssid, Secret Passphrase) : IDisposable
    {
        public void Dispose() => Passphrase.Dispose();
    }
}
