using System.Text;
using System.Text.Unicode;
using EspProv.Commands.Pipeline;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>A session as the pipeline sees it: a number, a device, and how things stand.</summary>
public sealed class EspProvSession
{
    private (byte[] Ssid, WifiAuthMode Auth)[] _scan = [];

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
    public string[] Capabilities => [.. Session.Capability.Capabilities];

    /// <summary><c>Opened</c> as long as commands can be sent, <c>Closed</c> afterwards.</summary>
    public string State => Session.IsOpen ? "Opened" : "Closed";

    /// <summary>Whether credentials were applied in this session.</summary>
    public bool CredentialsApplied => Session.CredentialsApplied;

    /// <summary>When the session was made.</summary>
    public DateTimeOffset EstablishedAt => Session.EstablishedAt;

    /// <summary>How many handshakes the session took; more than 1 after lost links.</summary>
    public int HandshakeCount => Session.HandshakeCount;

    internal ProvisioningSession Session { get; }

    /// <summary>What tab completion offers for -Ssid: the networks of the last scan whose names are UTF-8, best first.</summary>
    internal IEnumerable<string> ScannedSsids =>
        _scan.Where(network => Utf8.IsValid(network.Ssid)).Select(network => Encoding.UTF8.GetString(network.Ssid)).Distinct();

    /// <summary>How the access points of a network in the last scan authenticate; none where it did not see the network.</summary>
    internal IReadOnlyList<WifiAuthMode> KnownAuth(ReadOnlyMemory<byte> ssid) =>
        [.. _scan.Where(network => ssid.Span.SequenceEqual(network.Ssid)).Select(network => network.Auth)];

    internal void RememberScan(IEnumerable<(byte[] Ssid, WifiAuthMode Auth)> networks) =>
        _scan = [.. networks.Where(network => network.Ssid.Length > 0)];

    /// <summary>Runs a verb while the session's notices go to the streams of the cmdlet that called it.</summary>
    internal async Task<T> ListenAsync<T>(PipelineSink sink, Func<Task<T>> verb)
    {
        void Listen(SessionNotice notice)
        {
            if (notice.IsWarning)
                sink.Warning($"{Name}: {notice.Message}");
            else
                sink.Verbose($"{Name}: {notice.Message}");
        }

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
