using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>A session for the pipeline: its number, its device and its state.</summary>
public sealed class EspProvSession : IReconnectingTarget
{
    private WifiAccessPoint[] _wifiScan = [];
    private ThreadNetwork[] _threadScan = [];

    internal EspProvSession(ProvisioningSession session) => Session = session;

    /// <summary>The session's number, which -Session accepts; 0 for a session that is not listed.</summary>
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

    /// <summary>The capabilities that the device reports.</summary>
    public TextList Capabilities => new(Session.Capability.Capabilities);

    /// <summary><c>Opened</c> while commands can be sent, then <c>Closed</c>.</summary>
    public string State => Session.IsOpen ? "Opened" : "Closed";

    /// <summary>Whether credentials were applied in this session.</summary>
    public bool CredentialsApplied => Session.CredentialsApplied;

    /// <summary>The serial port with the log of the device's board, which is watched until the session is closed; null for none.</summary>
    public string? MonitorPort => BoardMonitor.PortOf(Session);

    /// <summary>When the session was opened.</summary>
    public DateTimeOffset EstablishedAt => Session.EstablishedAt;

    /// <summary>The number of handshakes; more than 1 after lost links.</summary>
    public int HandshakeCount => Session.HandshakeCount;

    internal ProvisioningSession Session { get; }

    bool IReconnectingTarget.IsOpen => Session.IsOpen;

    /// <summary>The access points of the last Wi-Fi scan, without hidden networks, best first.</summary>
    internal IReadOnlyList<WifiAccessPoint> WifiScan => _wifiScan;

    /// <summary>The networks of the last Thread scan that have a name, best first.</summary>
    internal IReadOnlyList<ThreadNetwork> ThreadScan => _threadScan;

    /// <summary>The authentication modes of a network's access points in the last scan; empty if the scan did not find it.</summary>
    internal IReadOnlyList<WifiAuthMode> KnownAuth(ReadOnlyMemory<byte> ssid) =>
        [.. _wifiScan.Where(seen => ssid.Span.SequenceEqual(seen.SsidBytes.Span)).Select(seen => seen.Auth)];

    internal void RememberScan(IEnumerable<WifiAccessPoint> bestFirst) =>
        _wifiScan = [.. bestFirst.Where(seen => seen.SsidBytes.Length > 0)];

    internal void RememberScan(IEnumerable<ThreadNetwork> bestFirst) =>
        _threadScan = [.. bestFirst.Where(heard => heard.NetworkNameBytes.Length > 0)];

    /// <summary>Runs an operation, and writes the session's notices to the streams of the calling cmdlet.</summary>
    /// <param name="sink">The streams.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="showSteps">Whether steps are shown at the prompt.</param>
    internal async Task<T> WithNoticesAsync<T>(PipelineSink sink, Func<Task<T>> operation, bool showSteps = false)
    {
        void OnNotice(SessionNotice notice) => sink.Notice(Name, notice.Message, notice.Level, showSteps);

        Session.Notice += OnNotice;
        try
        {
            return await operation().ConfigureAwait(false);
        }
        finally
        {
            Session.Notice -= OnNotice;
        }
    }

    /// <summary>Lets the device scan for networks, with a progress bar.</summary>
    /// <param name="cmdlet">The cmdlet that waits for it.</param>
    /// <param name="kind">The kind of network.</param>
    /// <param name="scanAsync">Scans.</param>
    /// <param name="showSteps">Whether steps are shown at the prompt.</param>
    internal T Scan<T>(
        AsyncCmdlet cmdlet, string kind, Func<ProvisioningSession, CancellationToken, Task<T>> scanAsync, bool showSteps = false) =>
        cmdlet.WithProgress(
            $"Scanning from {Name}",
            $"The device looks for {kind} networks",
            () => cmdlet.Await((sink, token) => WithNoticesAsync(sink, () => scanAsync(Session, token), showSteps)));

    /// <summary>Closes the session; in the background after Ctrl-C.</summary>
    /// <param name="cmdlet">The cmdlet that waits for it.</param>
    internal void Close(AsyncCmdlet cmdlet)
    {
        if (cmdlet.StopToken.IsCancellationRequested)
            CloseInBackground();
        else
            cmdlet.Await(async (_, _) => await Session.DisposeAsync().ConfigureAwait(false));
    }

    /// <summary>Closes the session without waiting, for Ctrl-C and Remove-Module: zeroes the keys and closes the link.</summary>
    internal void CloseInBackground() => _ = Task.Run(async () => await Session.DisposeAsync().ConfigureAwait(false));

    /// <summary>The device's name.</summary>
    public override string ToString() => Name;
}
