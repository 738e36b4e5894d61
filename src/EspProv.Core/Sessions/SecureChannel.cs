using System.Security.Cryptography;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>
/// Encrypted requests over a transport. After a failed request the cipher's state is unknown to one side, so scheme and link are dropped
/// together, and the next request starts with a new handshake (PROTOCOL.md §1). A channel is therefore always either in step with the
/// device or without a scheme. Not thread-safe; the session queues its callers.
/// </summary>
/// <remarks>
/// A new handshake has new keys, so a retry never encrypts a second message under an old key stream; a man in the middle gains one
/// ciphertext per handshake. A request that is reflected as its reply is an attack: it ends the channel without a retry.
/// </remarks>
internal sealed class SecureChannel(
    ITransport transport, Func<ISecurityScheme> createScheme, TimeProvider timeProvider, Action<SessionNotice> notify) : IAsyncDisposable
{
    /// <summary>How many new handshakes one verb may make.</summary>
    private const int MaxRenewals = 2;

    /// <summary>The delay before a second new handshake: a device that restarts its access point needs time.</summary>
    private static readonly TimeSpan SecondRenewalDelay = TimeSpan.FromMilliseconds(250);

    private readonly SentRequests _sent = new();
    private ISecurityScheme? _scheme;

    /// <summary>The link underneath.</summary>
    public ITransport Transport => transport;

    /// <summary>Handshakes that succeeded.</summary>
    public int HandshakeCount { get; private set; }

    /// <summary>Whether the session could not be renewed; later requests fail.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Runs the handshake on an open link.</summary>
    public async Task EstablishAsync(CancellationToken cancellationToken)
    {
        ISecurityScheme scheme = createScheme();
        long start = timeProvider.GetTimestamp();
        try
        {
            await scheme.EstablishAsync(
                (request, token) => transport.ExchangeAsync(EndpointNames.Session, request, timeProvider, notify, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            scheme.Dispose();
            await transport.CloseAsync().ConfigureAwait(false);
            throw;
        }

        _scheme = scheme;
        _sent.Clear();
        HandshakeCount++;
        Tell($"Session established with security {(int)scheme.Version} in {timeProvider.GetElapsedTime(start).TotalSeconds:0.00} s.");
        if (scheme.Warning is { } warning)
            notify(new SessionNotice(warning, SessionNoticeLevel.Warning));
    }

    /// <summary>Opens a new link and session if there is none.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.SessionLost"/>, with the cause as inner exception.
    /// </exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (IsEnded)
            throw Ended();
        if (_scheme is not null)
            return;
        try
        {
            await transport.OpenAsync(cancellationToken).ConfigureAwait(false);
            await EstablishAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ProvisioningException exception)
        {
            // The credentials were right before, so even "wrong credentials" means a lost session.
            throw new ProvisioningException(
                ProvisioningErrorReason.SessionLost, $"The session with {transport.Address} was lost and could not be renewed: "
                    + $"{exception.Message}", exception);
        }

        Tell($"The session with {transport.Address} was lost and renewed (handshake {HandshakeCount}).");
    }

    /// <summary>
    /// Runs a verb that may be repeated: after a lost exchange the whole verb is retried in a new session, at most
    /// <see cref="MaxRenewals"/> times.
    /// </summary>
    public async Task<T> RepeatableAsync<T>(Func<CancellationToken, Task<T>> verb, CancellationToken cancellationToken)
    {
        for (int losses = 0; ; losses++)
        {
            if (losses == MaxRenewals)
                await Task.Delay(SecondRenewalDelay, timeProvider, cancellationToken).ConfigureAwait(false);
            bool established = false;
            try
            {
                await EnsureAsync(cancellationToken).ConfigureAwait(false);
                established = true;
                return await verb(cancellationToken).ConfigureAwait(false);
            }
            catch (ProvisioningException exception) when (losses < MaxRenewals && LostOutcome.IsWorthRepeating(exception.Reason))
            {
                Tell($"{exception.Message} Trying again with a new session.");
            }
            catch (ProvisioningException) when (!established)
            {
                await EndAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Runs a verb that must not be sent twice. A lost session is renewed first.</summary>
    public async Task<T> OnceAsync<T>(Func<CancellationToken, Task<T>> verb, CancellationToken cancellationToken)
    {
        await RepeatableAsync(static _ => Task.FromResult(true), cancellationToken).ConfigureAwait(false);
        return await verb(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Encrypts <paramref name="plaintext"/>, which is zeroed, exchanges it, decrypts the reply and reads it with
    /// <paramref name="parse"/>. Any exception, also from <paramref name="parse"/>, drops scheme and link.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.ReflectedResponse"/>, which ends the channel; those of the transport, the scheme and
    /// <paramref name="parse"/> throw.
    /// </exception>
    public async Task<T> RequestAsync<T>(string endpoint, byte[] plaintext, Func<byte[], T> parse, CancellationToken cancellationToken)
    {
        ISecurityScheme scheme;
        try
        {
            scheme = _scheme ?? throw new InvalidOperationException("A request needs an established session.");
            ThrowIfTooLong(endpoint, plaintext.Length, scheme.Version);
        }
        catch
        {
            CryptographicOperations.ZeroMemory(plaintext);
            throw;
        }

        byte[]? ciphertext = null;
        try
        {
            ciphertext = scheme.Encrypt(plaintext);
            if (scheme.Version is SecurityVersion.Security2)
                _sent.Add(endpoint, ciphertext);
            byte[] reply = await transport.ExchangeAsync(endpoint, ciphertext, timeProvider, notify, cancellationToken)
                .ConfigureAwait(false);
            if (_sent.Contains(endpoint, reply))
                throw Reflected(endpoint);
            return parse(scheme.Decrypt(reply));
        }
        catch (ProvisioningException exception) when (exception.Reason is ProvisioningErrorReason.ReflectedResponse)
        {
            await EndAsync().ConfigureAwait(false);
            throw;
        }
        catch
        {
            await DropAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
            CryptographicOperations.ZeroMemory(ciphertext); // Security 0 encrypts to the plaintext itself.
        }
    }

    /// <summary>Reports a step.</summary>
    public void Tell(FormattableString step) =>
        notify(new SessionNotice(FormattableString.Invariant(step), SessionNoticeLevel.Information));

    /// <summary>Ends the channel: zeroes the scheme's keys and refuses later requests.</summary>
    public async Task EndAsync()
    {
        IsEnded = true;
        await DropAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await EndAsync().ConfigureAwait(false);
        }
        finally
        {
            await transport.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task DropAsync()
    {
        _scheme?.Dispose();
        _scheme = null;
        await transport.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Checked before encryption: an encrypted request that is not sent breaks the session.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.RequestTooLarge"/>.</exception>
    public void ThrowIfTooLong(string endpoint, int length, SecurityVersion version)
    {
        int limit = transport.GetMaxRequestLength(endpoint) - (version is SecurityVersion.Security2 ? AesGcmTagged.TagLength : 0);
        if (length > limit)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.RequestTooLarge,
                $"A request to '{endpoint}' can have {limit} bytes over this transport and scheme; this one has {length}.")
            { Endpoint = endpoint };
        }
    }

    private static ProvisioningException Reflected(string endpoint) =>
        new(
            ProvisioningErrorReason.ReflectedResponse,
            "The reply is a copy of a request of this session: it does not come from the device, and the outcome of the request is " +
            "unknown. The session is closed.")
        { Endpoint = endpoint };

    private ProvisioningException Ended() =>
        new(ProvisioningErrorReason.SessionClosed, $"The session with {transport.Address} is closed.");
}
