using EspProv.Devices;
using EspProv.Networks;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>
/// A secure session with one device. Strictly serial: concurrent calls are queued. Verbs that are safe to repeat are retried after a lost
/// link, with a new handshake (PROTOCOL.md §1). The others, whose request may have arrived, report the loss; the next verb then makes the
/// new handshake. If that fails, the session is closed.
/// </summary>
public sealed class ProvisioningSession : IAsyncDisposable
{
    private readonly SecureChannel _channel;
    private readonly NetworkProvisioner _wifi;
    private readonly NetworkProvisioner _thread;
    private readonly SessionOptions _options;
    private readonly SessionNotices _notices;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private int _disposed;

    private ProvisioningSession(
        ProvisioningDevice device, DeviceCapability capability, SecurityVersion securityVersion, SecureChannel channel,
        SessionOptions options, SessionNotices notices)
    {
        Device = device;
        Capability = capability;
        SecurityVersion = securityVersion;
        EstablishedAt = options.TimeProvider.GetUtcNow();
        _channel = channel;
        _options = options;
        _notices = notices;
        _wifi = new NetworkProvisioner(channel, new WifiVerbs(channel), options.TimeProvider);
        _thread = new NetworkProvisioner(channel, new ThreadVerbs(channel), options.TimeProvider);
    }

    /// <summary>The device at the other end.</summary>
    public ProvisioningDevice Device { get; }

    /// <summary>The device's version reply.</summary>
    public DeviceCapability Capability { get; }

    /// <summary>The scheme in use.</summary>
    public SecurityVersion SecurityVersion { get; }

    /// <summary>Whether verbs can be called: neither closed nor lost.</summary>
    public bool IsOpen => Volatile.Read(ref _disposed) == 0 && !_channel.IsEnded;

    /// <summary>When the session was first established.</summary>
    public DateTimeOffset EstablishedAt { get; }

    /// <summary>The number of handshakes; more than 1 after lost links.</summary>
    public int HandshakeCount => _channel.HandshakeCount;

    /// <summary>Whether Apply was sent in this session and not refused: the device has, or may have, credentials.</summary>
    public bool CredentialsApplied => _wifi.History.CredentialsApplied || _thread.History.CredentialsApplied;

    /// <summary>
    /// Says how a join ended if the device itself does not; null for none. Disposed of with the session. Set it before the join.
    /// </summary>
    public IJoinWitness? Witness { get; set; }

    /// <summary>Security warnings for the user, as sentences; each was also a <see cref="Notice"/>.</summary>
    public IReadOnlyList<string> Warnings => _notices.Warnings;

    /// <summary>
    /// Notices for the user that are not errors (a secret that is not used, a re-handshake); never a secret. The first subscriber also
    /// receives earlier ones, immediately.
    /// </summary>
    public event Action<SessionNotice>? Notice
    {
        add => _notices.Add(value);
        remove => _notices.Remove(value);
    }

    /// <summary>Reads <c>proto-ver</c> without a session. The link is opened and closed; the caller disposes of it.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DeviceUnreachable"/>, <see cref="ProvisioningErrorReason.ConnectTimeout"/>,
    /// <see cref="ProvisioningErrorReason.ExchangeTimeout"/>, <see cref="ProvisioningErrorReason.SessionLost"/>,
    /// <see cref="ProvisioningErrorReason.NotAProvisioningDevice"/>.
    /// </exception>
    public static Task<DeviceCapability> GetCapabilityAsync(ITransport transport, CancellationToken cancellationToken) =>
        GetCapabilityAsync(transport, notify: null, cancellationToken);

    /// <summary>The same; <paramref name="notify"/> receives a notice of each exchange.</summary>
    /// <exception cref="ProvisioningException">The same.</exception>
    public static async Task<DeviceCapability> GetCapabilityAsync(
        ITransport transport, Action<SessionNotice>? notify, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transport);
        try
        {
            return await CapabilityQuery.ReadAsync(
                transport, reply => DeviceCapability.Parse(reply), TimeProvider.System, notify, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await transport.CloseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Opens the transport, reads <c>proto-ver</c>, chooses the scheme, and runs the handshake. Takes ownership of transport and
    /// credential; both are disposed of if it throws.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// Those of <see cref="GetCapabilityAsync(ITransport, CancellationToken)"/>, and
    /// <see cref="ProvisioningErrorReason.WrongCredentials"/>,
    /// <see cref="ProvisioningErrorReason.ProofOfPossessionRequired"/>, <see cref="ProvisioningErrorReason.UsernamePasswordRequired"/>,
    /// <see cref="ProvisioningErrorReason.SecurityDowngrade"/>, <see cref="ProvisioningErrorReason.SecurityMismatch"/>,
    /// <see cref="ProvisioningErrorReason.MalformedResponse"/>, <see cref="ProvisioningErrorReason.UnexpectedResponse"/>.
    /// </exception>
    public static Task<ProvisioningSession> ConnectAsync(
        ProvisioningDevice device, ITransport transport, SessionOptions options, CancellationToken cancellationToken) =>
        ConnectAsync(device, transport, options, NegotiatedScheme.Choose, cancellationToken);

    /// <summary>With another way to choose the scheme, for tests.</summary>
    internal static async Task<ProvisioningSession> ConnectAsync(
        ProvisioningDevice device, ITransport transport, SessionOptions options, SchemeSelector select, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        var notices = new SessionNotices();
        notices.Add(options.OnNotice);
        try
        {
            DeviceCapability capability = await CapabilityQuery.ReadAsync(
                transport,
                reply => CapabilityQuery.Parse(reply, options.SecurityVersion, notices.Raise),
                options.TimeProvider,
                notices.Raise,
                cancellationToken).ConfigureAwait(false);
            NegotiatedScheme negotiated = select(capability, options, notices.Raise);
            var channel = new SecureChannel(transport, negotiated.Create, options.TimeProvider, notices.Raise);
            await channel.EstablishAsync(cancellationToken).ConfigureAwait(false);
            return new ProvisioningSession(device, capability, negotiated.Version, channel, options, notices);
        }
        catch
        {
            options.Credential.Dispose();
            await EndAsync(transport).ConfigureAwait(false);
            throw;
        }
        finally
        {
            notices.Remove(options.OnNotice);
        }
    }

    /// <summary>
    /// Scans, and returns the results in the device's order; an access point may appear twice. Retried when the link is lost.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.SessionClosed"/>, <see cref="ProvisioningErrorReason.SessionLost"/>,
    /// <see cref="ProvisioningErrorReason.ExchangeTimeout"/>, <see cref="ProvisioningErrorReason.DecryptionFailed"/>,
    /// <see cref="ProvisioningErrorReason.MalformedResponse"/>, <see cref="ProvisioningErrorReason.UnexpectedResponse"/>,
    /// <see cref="ProvisioningErrorReason.DeviceError"/>, <see cref="ProvisioningErrorReason.InvalidDeviceState"/>,
    /// <see cref="ProvisioningErrorReason.NotSupportedByDevice"/>: it cannot scan.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Task<IReadOnlyList<WifiAccessPoint>> ScanWifiAsync(WifiScanOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return ForAsync(
            ProvisioningNetwork.Wifi, token => WifiScanner.ScanAsync(_channel, options, _options.TimeProvider, token), cancellationToken);
    }

    /// <summary>Sends credentials without applying them. Retried when the link is lost.</summary>
    /// <exception cref="ProvisioningException">The reasons of <see cref="ScanWifiAsync"/>.</exception>
    public Task SetWifiCredentialAsync(WifiCredential credential, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(credential);
        return ForAsync(
            ProvisioningNetwork.Wifi,
            token => _channel.RepeatableAsync(Returning(t => _wifi.SetAsync(credential, t)), token),
            cancellationToken);
    }

    /// <summary>
    /// Applies the credentials that were set. Never sent twice: after
    /// <see cref="ProvisioningErrorReason.SessionLost"/> the device may or may not apply them; query its status.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// The reasons of <see cref="ScanWifiAsync"/>; <see cref="ProvisioningErrorReason.InvalidDeviceState"/> when it has credentials already
    /// and needs a reset.
    /// </exception>
    public Task ApplyWifiCredentialAsync(CancellationToken cancellationToken) =>
        ForAsync(ProvisioningNetwork.Wifi, token => _channel.OnceAsync(Returning(_wifi.ApplyAsync), token), cancellationToken);

    /// <summary>
    /// Sets and applies credentials, and polls for the outcome until <paramref name="timeout"/>. After a lost link everything is retried
    /// until Apply was sent; from then on only the status is queried, over new sessions if needed. If the outcome cannot be determined, it
    /// is <see cref="ProvisioningOutcome.Unknown"/>.
    /// </summary>
    /// <param name="credential">The network; owned by the caller.</param>
    /// <param name="timeout">
    /// How long to poll after Apply. Zero does not poll: the outcome is <see cref="ProvisioningOutcome.Applied"/>, or Unknown when
    /// the reply to Apply was lost.
    /// </param>
    /// <param name="progress">Receives every status, in order.</param>
    /// <param name="witness">Observes this join; null for the session's <see cref="Witness"/>, if any.</param>
    /// <param name="cancellationToken">Cancels immediately.</param>
    /// <exception cref="ProvisioningException">The reasons of <see cref="ApplyWifiCredentialAsync"/>; nothing was applied then.</exception>
    public Task<WifiProvisioningResult> ProvisionWifiAsync(
        WifiCredential credential, TimeSpan timeout, IProgress<WifiStatus>? progress, IJoinWitness? witness,
        CancellationToken cancellationToken)
    {
        return ProvisionAsync(
            credential, timeout, progress, witness, result => WifiProvisioningResult.Of(credential, result), cancellationToken);
    }

    /// <summary>Queries the status. Retried when the link is lost.</summary>
    /// <exception cref="ProvisioningException">The reasons of <see cref="ScanWifiAsync"/>.</exception>
    public Task<WifiStatus> GetWifiStatusAsync(CancellationToken cancellationToken) =>
        ForAsync(
            ProvisioningNetwork.Wifi,
            async token => (WifiStatus)await _channel.RepeatableAsync(_wifi.GetStatusAsync, token).ConfigureAwait(false),
            cancellationToken);

    /// <summary>
    /// Clears a failed attempt, so that new credentials can be set. Never sent twice, because a second reset is refused after a success.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// The reasons of <see cref="ScanWifiAsync"/>; <see cref="ProvisioningErrorReason.InvalidDeviceState"/> when there is no failed
    /// attempt.
    /// </exception>
    public Task ResetWifiAsync(CancellationToken cancellationToken) =>
        ForAsync(ProvisioningNetwork.Wifi, token => _channel.OnceAsync(Returning(_wifi.ResetAsync), token), cancellationToken);

    /// <summary>
    /// Restarts provisioning on a connected device whose service is still running. Never sent twice, for the same reason.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// The reasons of <see cref="ScanWifiAsync"/>; <see cref="ProvisioningErrorReason.InvalidDeviceState"/> when it is not connected.
    /// </exception>
    public Task ReprovisionWifiAsync(CancellationToken cancellationToken) =>
        ForAsync(ProvisioningNetwork.Wifi, token => _channel.OnceAsync(Returning(_wifi.ReprovisionAsync), token), cancellationToken);

    /// <summary>
    /// Scans for Thread networks, and returns the results in the order of their replies: one for each router in range. Retried when the
    /// link is lost.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// The reasons of <see cref="ScanWifiAsync"/>, and <see cref="ProvisioningErrorReason.NotSupportedByDevice"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public Task<IReadOnlyList<ThreadNetwork>> ScanThreadAsync(ThreadScanOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return ForAsync(
            ProvisioningNetwork.Thread,
            token => ThreadScanner.ScanAsync(_channel, options, _options.TimeProvider, token),
            cancellationToken);
    }

    /// <summary>Sends a Thread dataset without applying it. Retried when the link is lost.</summary>
    /// <exception cref="ProvisioningException">The reasons of <see cref="ScanThreadAsync"/>.</exception>
    public Task SetThreadDatasetAsync(ThreadDataset dataset, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return ForAsync(
            ProvisioningNetwork.Thread,
            token => _channel.RepeatableAsync(Returning(t => _thread.SetAsync(dataset, t)), token),
            cancellationToken);
    }

    /// <summary>
    /// Applies the dataset that was set. Never sent twice: after <see cref="ProvisioningErrorReason.SessionLost"/> the device may or may
    /// not apply it; query its status.
    /// </summary>
    /// <exception cref="ProvisioningException">The reasons of <see cref="ScanThreadAsync"/>.</exception>
    public Task ApplyThreadDatasetAsync(CancellationToken cancellationToken) =>
        ForAsync(ProvisioningNetwork.Thread, token => _channel.OnceAsync(Returning(_thread.ApplyAsync), token), cancellationToken);

    /// <summary>As <see cref="ProvisionWifiAsync"/>, for Thread. Firmware gives up after 20 s.</summary>
    /// <exception cref="ProvisioningException">The reasons of <see cref="ApplyThreadDatasetAsync"/>; nothing was applied then.</exception>
    public Task<ThreadProvisioningResult> ProvisionThreadAsync(
        ThreadDataset dataset, TimeSpan timeout, IProgress<ThreadStatus>? progress, IJoinWitness? witness,
        CancellationToken cancellationToken)
    {
        return ProvisionAsync(
            dataset, timeout, progress, witness, result => ThreadProvisioningResult.Of(dataset, result), cancellationToken);
    }

    /// <summary>Queries the Thread status. Retried when the link is lost.</summary>
    /// <exception cref="ProvisioningException">The reasons of <see cref="ScanThreadAsync"/>.</exception>
    public Task<ThreadStatus> GetThreadStatusAsync(CancellationToken cancellationToken) =>
        ForAsync(
            ProvisioningNetwork.Thread,
            async token => (ThreadStatus)await _channel.RepeatableAsync(_thread.GetStatusAsync, token).ConfigureAwait(false),
            cancellationToken);

    /// <summary>Clears a failed attempt to attach, so that another dataset can be set. Never sent twice.</summary>
    /// <exception cref="ProvisioningException">
    /// The reasons of <see cref="ScanThreadAsync"/>; <see cref="ProvisioningErrorReason.InvalidDeviceState"/> while it is attaching or
    /// attached.
    /// </exception>
    public Task ResetThreadAsync(CancellationToken cancellationToken) =>
        ForAsync(ProvisioningNetwork.Thread, token => _channel.OnceAsync(Returning(_thread.ResetAsync), token), cancellationToken);

    /// <summary>Restarts provisioning on an attached device whose service is still running. Never sent twice.</summary>
    /// <exception cref="ProvisioningException">
    /// The reasons of <see cref="ScanThreadAsync"/>; <see cref="ProvisioningErrorReason.InvalidDeviceState"/> when its service ends by
    /// itself.
    /// </exception>
    public Task ReprovisionThreadAsync(CancellationToken cancellationToken) =>
        ForAsync(ProvisioningNetwork.Thread, token => _channel.OnceAsync(Returning(_thread.ReprovisionAsync), token), cancellationToken);

    /// <summary>Checks that application data fits into one request to an endpoint, over this session's transport and scheme.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.RequestTooLarge"/>: it does not.</exception>
    public void CheckCustomDataLength(string endpoint, int length) => _channel.ThrowIfTooLong(endpoint, length, SecurityVersion);

    /// <summary>
    /// Sends application data to an endpoint, encrypted, and returns the decrypted reply. Never sent twice: only the application knows
    /// whether that is safe.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// The reasons of <see cref="ScanWifiAsync"/>, <see cref="ProvisioningErrorReason.EndpointNotFound"/>,
    /// <see cref="ProvisioningErrorReason.RequestTooLarge"/>.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// <paramref name="data"/> is empty, which makes devices close the connection, or <paramref name="endpoint"/> is one of the
    /// two that carry no encrypted data (<c>prov-session</c>, <c>proto-ver</c>).
    /// </exception>
    public Task<byte[]> SendCustomDataAsync(string endpoint, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(endpoint);
        if (endpoint is EndpointNames.Session or EndpointNames.Version)
            throw new ArgumentException($"'{endpoint}' does not carry an application's data.", nameof(endpoint));
        if (data.IsEmpty)
            throw new ArgumentException("The data is empty; devices close the connection on an empty request.", nameof(data));
        return InTurnAsync(
            token => _channel.OnceAsync(t => _channel.RequestAsync(endpoint, data.ToArray(), static reply => reply, t), token),
            cancellationToken);
    }

    /// <summary>
    /// Closes the link and zeroes the keys and the credential. A running verb fails with
    /// <see cref="ProvisioningErrorReason.SessionClosed"/>.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (Witness is { } witness)
                await witness.DisposeAsync().ConfigureAwait(false);
            await _channel.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _options.Credential.Dispose();
            _turn.Release();
        }
    }

    /// <summary>Replaces what is known about the device's join, such as with that of an earlier session.</summary>
    internal void Continue(JoinHistory history) => _wifi.History = _thread.History = history;

    /// <summary>As <see cref="NetworkProvisioner.PrepareAsync"/>.</summary>
    internal Task<JoinResult?> PrepareAsync(NetworkCredential credential, bool reprovision, CancellationToken cancellationToken) =>
        ForAsync(credential.Kind, token => ProvisionerOf(credential).PrepareAsync(credential, reprovision, token), cancellationToken);

    /// <summary>As <see cref="NetworkProvisioner.JoinAsync"/>.</summary>
    internal Task<JoinResult> JoinAsync(NetworkCredential credential, JoinOptions options, CancellationToken cancellationToken) =>
        ForAsync(
            credential.Kind,
            token => ProvisionerOf(credential).JoinAsync(credential, options with { Witness = options.Witness ?? Witness }, token),
            cancellationToken);

    private static async Task EndAsync(ITransport transport)
    {
        try
        {
            await transport.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The first exception is thrown: it says why there is no session.
        }
    }

    private static Func<CancellationToken, Task<bool>> Returning(Func<CancellationToken, Task> verb) => async token =>
    {
        await verb(token).ConfigureAwait(false);
        return true;
    };

    private NetworkProvisioner ProvisionerOf(NetworkCredential credential) => credential.Kind is ProvisioningNetwork.Wifi ? _wifi : _thread;

    private async Task<TResult> ProvisionAsync<TStatus, TResult>(
        NetworkCredential credential, TimeSpan timeout, IProgress<TStatus>? progress, IJoinWitness? witness,
        Func<JoinResult, TResult> toResult, CancellationToken cancellationToken)
        where TStatus : NetworkStatus
    {
        ArgumentNullException.ThrowIfNull(credential);
        if (timeout != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        var options = new JoinOptions
        {
            Timeout = timeout,
            Witness = witness,
            Progress = progress is null ? null : new Listener<TStatus>(progress),
        };
        return toResult(await JoinAsync(credential, options, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A verb for one kind of network.</summary>
    private Task<T> ForAsync<T>(ProvisioningNetwork kind, Func<CancellationToken, Task<T>> verb, CancellationToken cancellationToken) =>
        Capability.Supports(kind)
            ? InTurnAsync(verb, cancellationToken)
            : Task.FromException<T>(new ProvisioningException(
                ProvisioningErrorReason.NotSupportedByDevice,
                kind is ProvisioningNetwork.Wifi
                    ? $"The firmware of {Device.Name} is built for Thread: it cannot join Wi-Fi networks."
                    : $"The firmware of {Device.Name} is built for Wi-Fi: it cannot join Thread networks."));

    /// <summary>One verb at a time, and none after the session was closed.</summary>
    private async Task<T> InTurnAsync<T>(Func<CancellationToken, Task<T>> verb, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            await _turn.WaitAsync(either.Token).ConfigureAwait(false);
            try
            {
                either.Token.ThrowIfCancellationRequested();
                return await verb(either.Token).ConfigureAwait(false);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException exception) when (_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.SessionClosed, $"The session with {Device.Name} was closed.", exception);
        }
    }

    private sealed class Listener<TStatus>(IProgress<TStatus> progress) : IProgress<NetworkStatus>
        where TStatus : NetworkStatus
    {
        public void Report(NetworkStatus value) => progress.Report((TStatus)value);
    }
}
