using EspProv.Discovery;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Sessions;

/// <summary>
/// A secure session with one device, and the verbs of provisioning on it. Strictly serial: calls from several threads
/// queue up. Verbs that are safe to repeat survive a lost link by a new handshake (PROTOCOL.md §1).
/// </summary>
public sealed class ProvisioningSession : IAsyncDisposable
{
    private ProvisioningSession(ProvisioningDevice device) => Device = device;

    /// <summary>The device at the other end.</summary>
    public ProvisioningDevice Device { get; }

    /// <summary>What the device said of itself.</summary>
    public DeviceCapability Capability => throw new NotImplementedException();

    /// <summary>The scheme in use.</summary>
    public SecurityVersion SecurityVersion => throw new NotImplementedException();

    /// <summary>Whether verbs can still be called: not closed, and not ended by the device.</summary>
    public bool IsOpen => throw new NotImplementedException();

    /// <summary>When the session was first established.</summary>
    public DateTimeOffset EstablishedAt => throw new NotImplementedException();

    /// <summary>How many handshakes it took so far; more than 1 after lost links.</summary>
    public int HandshakeCount => throw new NotImplementedException();

    /// <summary>Whether Apply was sent in this session, so that credentials are on the device.</summary>
    public bool CredentialsApplied => throw new NotImplementedException();

    /// <summary>Notices for the user that are not errors (a PoP that the device does not want, a re-handshake); never a secret.</summary>
    public event Action<SessionNotice>? Notice { add => throw new NotImplementedException(); remove => throw new NotImplementedException(); }

    /// <summary>Asks for <c>proto-ver</c> on a link of its own, without a session.</summary>
    public static Task<DeviceCapability> GetCapabilityAsync(ITransport transport, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Opens the transport, asks for <c>proto-ver</c>, chooses the scheme, and runs the handshake. Owns the transport from the call on.</summary>
    public static Task<ProvisioningSession> ConnectAsync(
        ProvisioningDevice device, ITransport transport, SessionOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Lets the device scan and fetches the results page by page, in the device's order.</summary>
    public Task<IReadOnlyList<WifiAccessPoint>> ScanWifiAsync(WifiScanOptions options, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Sends credentials without applying them.</summary>
    public Task SetWifiCredentialAsync(WifiCredential credential, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes the device use the credentials that were set.</summary>
    public Task ApplyWifiCredentialAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Set, apply, and follow to the end or to <paramref name="timeout"/>; <paramref name="progress"/> hears every status.</summary>
    public Task<WifiProvisioningResult> ProvisionWifiAsync(
        WifiCredential credential, TimeSpan timeout, IProgress<WifiStatus>? progress, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>One status query.</summary>
    public Task<WifiStatus> GetWifiStatusAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Clears a failed attempt, so that new credentials may follow in this session.</summary>
    public Task ResetWifiAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Starts over on a connected device that keeps its service up.</summary>
    public Task ReprovisionWifiAsync(CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Sends an application's own bytes to an endpoint of its own, encrypted, and returns the decrypted answer.</summary>
    public Task<byte[]> SendCustomDataAsync(string endpoint, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Closes the link and zeroes the keys.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>Something the user should know; <see cref="IsWarning"/> separates warnings from verbose talk.</summary>
public sealed record SessionNotice(string Message, bool IsWarning);
