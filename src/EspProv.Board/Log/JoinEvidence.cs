using EspProv.Devices;
using EspProv.Networks;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Wire;

namespace EspProv.Board.Log;

/// <summary>
/// Finds the outcome of one join in a board's log. Events count only after the log showed that this board received the expected
/// credentials, so that the log of another board is ignored. For Wi-Fi firmware prints the network's name; for Thread it prints nothing, so
/// a client must have opened a session while the log was watched. Not thread-safe.
/// </summary>
/// <param name="serviceName">The device's service name; null if unknown.</param>
internal sealed class JoinEvidence(string? serviceName)
{
    private readonly string? _serviceName = UntrustedText.Show(serviceName);
    private ProvisioningNetwork? _kind;
    private string? _network;
    private bool _isFull;
    private bool _hasSession;
    private bool _isReceived;

    /// <summary>The outcome; null for none.</summary>
    public NetworkStatus? Outcome { get; private set; }

    /// <summary>A service name in the log that is not the device's; null for none.</summary>
    public string? OtherName { get; private set; }

    /// <summary>Announces credentials for the board: earlier events no longer count, except for a session.</summary>
    public void Expect(NetworkCredential credential)
    {
        _kind = credential.Kind;
        _network = credential.DisplayName;
        _isFull = credential is WifiCredential { Ssid.Length: ProtocolLimits.MaxSsidLength };
        _isReceived = false;
        Outcome = null;
    }

    /// <summary>Adds the next event of the log.</summary>
    public void Add(BoardEvent happened)
    {
        switch (happened)
        {
            case BoardServiceNameEvent name when _serviceName is not null && name.ServiceName != _serviceName:
                OtherName = name.ServiceName;
                Outcome = null;
                break;
            case BoardCredentialsEvent credentials:
                _isReceived = _kind is ProvisioningNetwork.Wifi && IsExpected(credentials.Ssid);
                Outcome = null;
                break;
            case BoardAddressEvent address when Counts(ProvisioningNetwork.Wifi):
                Outcome = Connected(address);
                break;
            case BoardFailureEvent failure when Counts(_kind):
                Outcome = Failed(failure.Reason);
                break;
            case { Kind: BoardEventKind.ThreadAttached } when Counts(ProvisioningNetwork.Thread):
                Outcome = new ThreadStatus { State = ThreadAttachState.Attached, NetworkName = _network };
                break;
            case { Kind: BoardEventKind.SessionEstablished }:
                _hasSession = true;
                break;
            case { Kind: BoardEventKind.Disconnected } when Outcome is { Phase: JoinPhase.Joined }:
                Outcome = null;
                break;
            case { Kind: BoardEventKind.Reset or BoardEventKind.Panic }:
                // The board keeps its credentials, so an address that follows still counts.
                _hasSession = false;
                Outcome = null;
                break;
        }
    }

    private bool Counts(ProvisioningNetwork? kind) => OtherName is null && _kind is not null && _kind == kind
        && (_kind is ProvisioningNetwork.Wifi ? _isReceived : _hasSession);

    // After an SSID of maximum length firmware prints the passphrase too, which is masked.
    private bool IsExpected(string ssid) => ssid == _network || (_isFull && ssid == _network + SecretMask.Mask);

    private WifiStatus Connected(BoardAddressEvent address) => new()
    {
        State = WifiState.Connected,
        IPAddress = address.IPAddress.ToString(),
        Ssid = _network,
    };

    private NetworkStatus Failed(string? reason) => _kind is ProvisioningNetwork.Thread
        ? new ThreadStatus { State = ThreadAttachState.AttachingFailed, FailReason = ThreadReasonOf(reason) }
        : new WifiStatus { State = WifiState.ConnectionFailed, FailReason = WifiReasonOf(reason) };

    // The messages of all versions of the stock examples.
    private static WifiFailReason? WifiReasonOf(string? reason) => reason switch
    {
        "Wi-Fi station authentication failed" or "Wi-Fi AP password incorrect" => WifiFailReason.AuthError,
        "Wi-Fi access-point not found" => WifiFailReason.NetworkNotFound,
        _ => null,
    };

    private static ThreadAttachFailReason? ThreadReasonOf(string? reason) => reason switch
    {
        "Invalid Thread dataset" => ThreadAttachFailReason.DatasetInvalid,
        "Thread network not found" => ThreadAttachFailReason.NetworkNotFound,
        _ => null,
    };
}
