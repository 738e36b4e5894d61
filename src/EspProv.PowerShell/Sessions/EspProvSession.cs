using EspProv.Commands.Pipeline;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>A session as the pipeline sees it: a number, a device, and how things stand.</summary>
public sealed class EspProvSession
{
    private WifiAccessPoint[] _wifiScan = [];
    private ThreadNetwork[] _threadScan = [];

    internal EspProvSession(ProvisioningSession session) => Session = session;

    /// <summary>The session's number, which -Session takes as well; 0 for a session that was never listed.</summary>
    public int Id { get; internal set; }

    /// <summary>The device's name.</summary>
    public string Name => Session.Device.Name;

    /// <summary>The device's address.</summary>
    public string Address => Session.Device.Address;

    /// <summary>How the device is reached.</summary>
    public ProvisioningTransport Transport => Session.Device.Transport;

    /// <summary>The security scheme in use.</summary>
    public SecurityVersion SecurityVersion => Session.SecurityVersion;

    /// <summary>The version of the device's provisioning service.</summary>
    public string Version => Session.Capability.Version;

    /// <summary>What the device says that it can do.</summary>
    public TextList Capabilities => new(Session.Capability.Capabilities);

    /// <summary><c>Opened</c> as long as commands can be sent, <c>Closed</c> afterwards.</summary>
    public string State => Session.IsOpen ? "Opened" : "Closed";

    /// <summary>Whether credentials were applied in this session.</summary>
    public bool CredentialsApplied => Session.CredentialsApplied;

    /// <summary>When the session was made.</summary>
    public DateTimeOffset EstablishedAt => Session.EstablishedAt;

    /// <summary>How many handshakes the session took; more than 1 after lost links.</summary>
    public int HandshakeCount => Session.HandshakeCount;

    internal ProvisioningSession Session { get; }

    /// <summary>What the last Wi-Fi scan saw, hidden networks left out, best first.</summary>
    internal IReadOnlyList<WifiAccessPoint> WifiScan => _wifiScan;

    /// <summary>What the last Thread scan heard, networks without a name left out, best first.</summary>
    internal IReadOnlyList<ThreadNetwork> ThreadScan => _threadScan;

    /// <summary>How the access points of a network in the last scan authenticate; none where it did not see the network.</summary>
    internal IReadOnlyList<WifiAuthMode> KnownAuth(ReadOnlyMemory<byte> ssid) =>
        [.. _wifiScan.Where(seen => ssid.Span.SequenceEqual(seen.SsidBytes.Span)).Select(seen => seen.Auth)];

    internal void RememberScan(IEnumerable<WifiAccessPoint> bestFirst) =>
        _wifiScan = [.. bestFirst.Where(seen => seen.SsidBytes.Length > 0)];

    internal void RememberScan(IEnumerable<ThreadNetwork> bestFirst) =>
        _threadScan = [.. bestFirst.Where(heard => heard.NetworkNameBytes.Length > 0)];

    /// <summary>Runs a verb while the session's notices go to the streams of the cmdlet that called it.</summary>
    /// <param name="sink">The streams.</param>
    /// <param name="verb">What to run.</param>
    /// <param name="showStep">Where the steps are shown; null for the verbose stream.</param>
    internal async Task<T> ListenAsync<T>(PipelineSink sink, Func<Task<T>> verb, Action<PipelineSink, string>? showStep = null)
    {
        void Listen(SessionNotice notice) => sink.Notice(Name, notice.Message, notice.Level, showStep);

        Session.Notice += Listen;
        try
        {
            return await verb().ConfigureAwait(false);
        }
        finally
        {
            Session.Notice -= Listen;
        }
    }

    /// <summary>For Ctrl-C and Remove-Module, which wait for nothing: closing zeroes the keys and drops the link.</summary>
    internal void CloseInBackground() => _ = Task.Run(async () => await Session.DisposeAsync().ConfigureAwait(false));

    /// <summary>The device's name.</summary>
    public override string ToString() => Name;
}
