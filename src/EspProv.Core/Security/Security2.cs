using System.Security.Cryptography;
using System.Text;
using EspProv.Srp;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Security;

/// <summary>SRP-6a with username and password, then AES-256-GCM with the nonce of the firmware's patch level (PROTOCOL.md §5).</summary>
public sealed class Security2 : ISecurityScheme
{
    private static readonly SrpGroup Group = SrpGroup.Rfc5054_3072;

    private readonly byte[] _username;
    private readonly Secret _password;
    private readonly int? _patchVersion;
    private readonly bool _useVendorToolHash;
    private readonly IRandomSource _random;
    private GcmMessageCipher? _cipher;
    private bool _started;
    private bool _disposed;

    /// <summary>Creates a scheme; <see cref="EstablishAsync"/> runs its handshake.</summary>
    /// <param name="username">Not empty: firmware refuses an empty one.</param>
    /// <param name="password">Used during the handshake; the caller disposes of it.</param>
    /// <param name="patchVersion">
    /// <c>sec_patch_ver</c> as the device gave it, null when it gave none. Above 0 a countable nonce is required; 0 or null never makes a
    /// countable nonce constant.
    /// </param>
    /// <param name="useVendorToolHash">
    /// Compute x as the vendor's Python tool does; the result differs for 1 in 256 pairs of username and password.
    /// </param>
    /// <param name="random">Asked for 32 bytes per handshake, and 32 more for each discarded draw (1 in 256).</param>
    /// <exception cref="ArgumentException">The username is empty, or the patch version negative.</exception>
    public Security2(string username, Secret password, int? patchVersion, bool useVendorToolHash, IRandomSource random)
    {
        ArgumentException.ThrowIfNullOrEmpty(username);
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(random);
        if (patchVersion is { } patch)
            ArgumentOutOfRangeException.ThrowIfNegative(patch, nameof(patchVersion));
        _username = Encoding.UTF8.GetBytes(username);
        _password = password;
        _patchVersion = patchVersion;
        _useVendorToolHash = useVendorToolHash;
        _random = random;
    }

    /// <inheritdoc/>
    public SecurityVersion Version => SecurityVersion.Security2;

    /// <inheritdoc/>
    public string? Warning => _cipher is { Counts: false }
        ? "The device's firmware encrypts every message with the same nonce: an eavesdropper who knows one of them can read and forge "
            + "the others, the passphrase included. "
            + "Update the firmware: ESP-IDF 5.0.9, 5.1.7, 5.2.6, 5.3.3, 5.4.1 and later count the nonce."
        : null;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The handshake was run before.</exception>
    public async Task EstablishAsync(HandshakeExchange exchange, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_started)
            throw new InvalidOperationException("The handshake was run before; create a new scheme.");
        _started = true;

        using var client = new SrpClient(Group, _random);
        Sec2Resp0 keys = await ExchangeKeysAsync(exchange, client.A.ToArray(), cancellationToken).ConfigureAwait(false);
        byte[] m1 = ComputeProof(client, keys);
        string advice = Advice();
        Sec2Resp1 proof = await ExchangeProofsAsync(exchange, m1, advice, cancellationToken).ConfigureAwait(false);
        if (!client.VerifyServerProof(proof.DeviceProof.Span))
            throw SessionHandshake.DeviceUnproven(advice);
        _cipher = new GcmMessageCipher(client.K, proof.DeviceNonce.Span, CountsMessages(proof.DeviceNonce.Span));
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There was no handshake.</exception>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.SessionLost"/>: the message counter is used up.
    /// </exception>
    public byte[] Encrypt(ReadOnlySpan<byte> plaintext) => Cipher.Encrypt(plaintext);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There was no handshake.</exception>
    public byte[] Decrypt(ReadOnlySpan<byte> ciphertext) => Cipher.Decrypt(ciphertext);

    /// <summary>Zeroes the session key. The caller owns the password.</summary>
    public void Dispose()
    {
        _disposed = true;
        _cipher?.Dispose();
    }

    private GcmMessageCipher Cipher
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _cipher ?? throw new InvalidOperationException("There was no handshake.");
        }
    }

    private async Task<Sec2Resp0> ExchangeKeysAsync(HandshakeExchange exchange, byte[] publicKey, CancellationToken cancellationToken)
    {
        SessionData request = Message(new Sec2Payload
        {
            Msg = HandshakeStep.Cmd0,
            Sc0 = new Sec2Cmd0 { ClientUsername = ByteString.CopyFrom(_username), ClientPubkey = ByteString.CopyFrom(publicKey) },
        });
        SessionData response = await SessionHandshake.ExchangeAsync(exchange, request, cancellationToken).ConfigureAwait(false);
        if (response.Sec2 is not { Msg: HandshakeStep.Resp0, Sr0: { } reply })
            throw SessionHandshake.Unexpected("the device's public key");
        SessionHandshake.RequireSuccess(reply.Status);
        if (reply.DevicePubkey.IsEmpty || reply.DevicePubkey.Length > Group.Length)
            throw SessionHandshake.Malformed($"its public key has {reply.DevicePubkey.Length} bytes, not up to {Group.Length}");
        return reply.DeviceSalt.IsEmpty ? throw SessionHandshake.Malformed("it has no salt") : reply;
    }

    private byte[] ComputeProof(SrpClient client, Sec2Resp0 keys)
    {
        try
        {
            return client.ComputeProof(_username, _password.Bytes, keys.DeviceSalt.Span, keys.DevicePubkey.Span, _useVendorToolHash);
        }
        catch (CryptographicException exception)
        {
            throw SessionHandshake.Malformed("its public key is one that a device never sends", exception);
        }
    }

    private static async Task<Sec2Resp1> ExchangeProofsAsync(
        HandshakeExchange exchange, byte[] m1, string advice, CancellationToken cancellationToken)
    {
        SessionData request = Message(new Sec2Payload
        {
            Msg = HandshakeStep.Cmd1,
            Sc1 = new Sec2Cmd1 { ClientProof = ByteString.CopyFrom(m1) },
        });
        SessionData response = await SessionHandshake.ExchangeProofAsync(
            exchange, request, advice, cancellationToken).ConfigureAwait(false);
        if (response.Sec2 is not { Msg: HandshakeStep.Resp1, Sr1: { } reply })
            throw SessionHandshake.Unexpected("the device's proof");
        SessionHandshake.RequireProofAccepted(reply.Status, advice);
        if (reply.DeviceProof.Length != Group.HashLength)
            throw SessionHandshake.Malformed($"its proof has {reply.DeviceProof.Length} bytes, not {Group.HashLength}");
        return reply.DeviceNonce.Length is GcmMessageCipher.CountedNonceLength or GcmMessageCipher.ConstantNonceLength
            ? reply
            : throw SessionHandshake.Malformed($"its nonce has {reply.DeviceNonce.Length} bytes");
    }

    /// <summary>
    /// Whether messages are counted in the nonce. Neither nonce nor patch level is authenticated, so the rule must be safe for any values
    /// (PROTOCOL.md §5):
    /// <list type="bullet">
    /// <item>12 bytes that end in 00000001 are counted at any patch level: every current device starts with 1.</item>
    /// <item>Other 12 bytes are counted if the device claims to count, since no nonce is then used twice. Otherwise they are constant, as
    /// on a few builds of patch 0; messages of a device that counts would fail to verify.</item>
    /// <item>16 bytes are constant, and refused if the device claims to count. A device that counts cannot decrypt such messages.</item>
    /// </list>
    /// </summary>
    private bool CountsMessages(ReadOnlySpan<byte> nonce)
    {
        bool canCount = nonce.Length == GcmMessageCipher.CountedNonceLength;
        return _patchVersion switch
        {
            null or 0 => canCount && GcmMessageCipher.IsFirstCountedNonce(nonce),
            _ when canCount => true,
            _ => throw SessionHandshake.Malformed($"its nonce has {nonce.Length} bytes, which does not fit patch level {_patchVersion}"),
        };
    }

    private string Advice()
    {
        const string Check = "Check username and password: they are case-sensitive.";
        if (!SrpVerifier.InnerHashHasLeadingZero(_username, _password.Bytes))
            return Check;

        // PROTOCOL.md §5, the leading-zero quirk: the two forms of x differ for this pair, and only for such pairs.
        const string Quirk = Check
            + " This pair is one of the 1 in 256 for which the vendor's Python tool makes another verifier than the standard does";
        return _useVendorToolHash
            ? Quirk + ", and the tool's form was used: the device's verifier may be of the standard form. "
                + "Try again without the vendor tool's hash."
            : Quirk + ": if the device's verifier was made with that tool, try again with the vendor tool's hash.";
    }

    private static SessionData Message(Sec2Payload payload) => new() { SecVer = SecScheme._2, Sec2 = payload };
}
