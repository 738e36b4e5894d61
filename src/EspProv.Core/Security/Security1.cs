using System.Security.Cryptography;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Security;

/// <summary>X25519 key exchange, a proof of possession mixed into the key, AES-256-CTR (PROTOCOL.md §4).</summary>
public sealed class Security1 : ISecurityScheme
{
    private const int DeviceRandomLength = 16;

    private readonly Secret? _proofOfPossession;
    private readonly IRandomSource _random;
    private AesCtrKeyStream? _keyStream;
    private bool _started;
    private bool _established;
    private bool _disposed;

    /// <summary>Creates a scheme; <see cref="EstablishAsync"/> runs its handshake.</summary>
    /// <param name="proofOfPossession">
    /// Null or empty for a device without one. Used during the handshake; the caller disposes of it.
    /// </param>
    /// <param name="random">Asked for 32 bytes per handshake.</param>
    public Security1(Secret? proofOfPossession, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _proofOfPossession = proofOfPossession;
        _random = random;
    }

    /// <inheritdoc/>
    public SecurityVersion Version => SecurityVersion.Security1;

    private bool HasProofOfPossession => _proofOfPossession is { IsEmpty: false };

    private string Advice => _proofOfPossession switch
    {
        null => "No proof of possession was given: check whether the device has one.",
        { IsEmpty: true } => "An empty proof of possession was given: check whether the device has one.",
        _ => "Check the proof of possession: it is case-sensitive, and a device without one (capability no_pop) refuses any.",
    };

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The handshake was run before.</exception>
    public async Task EstablishAsync(HandshakeExchange exchange, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_started)
            throw new InvalidOperationException("The handshake was run before; create a new scheme.");
        _started = true;

        byte[] privateKey = GC.AllocateUninitializedArray<byte>(X25519KeyExchange.KeyLength, pinned: true);
        try
        {
            _random.Fill(privateKey);
            byte[] publicKey = X25519KeyExchange.PublicKey(privateKey);

            Sec1Resp0 keys = await ExchangeKeysAsync(exchange, publicKey, cancellationToken).ConfigureAwait(false);
            byte[] devicePublicKey = keys.DevicePubkey.ToByteArray();
            _keyStream = StartKeyStream(privateKey, devicePublicKey, keys.DeviceRandom.Span);

            // Each side proves that it has the key by encrypting the other's public key.
            byte[] deviceProof = await ExchangeProofsAsync(
                exchange, _keyStream.Apply(devicePublicKey), cancellationToken).ConfigureAwait(false);
            if (!CryptographicOperations.FixedTimeEquals(_keyStream.Apply(deviceProof), publicKey))
                throw SessionHandshake.DeviceUnproven(Advice);
            _established = true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There was no handshake.</exception>
    public byte[] Encrypt(ReadOnlySpan<byte> plaintext) => KeyStream.Apply(plaintext);

    /// <summary>Decrypts a reply. The cipher has no authentication: a changed reply decrypts to other bytes.</summary>
    /// <exception cref="InvalidOperationException">There was no handshake.</exception>
    public byte[] Decrypt(ReadOnlySpan<byte> ciphertext) => KeyStream.Apply(ciphertext);

    /// <summary>Zeroes the key stream. The caller owns the proof of possession.</summary>
    public void Dispose()
    {
        _disposed = true;
        _keyStream?.Dispose();
    }

    private AesCtrKeyStream KeyStream
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _established ? _keyStream! : throw new InvalidOperationException("There was no handshake.");
        }
    }

    private static async Task<Sec1Resp0> ExchangeKeysAsync(
        HandshakeExchange exchange, byte[] publicKey, CancellationToken cancellationToken)
    {
        SessionData request = Message(new Sec1Payload
        {
            Msg = HandshakeStep.Cmd0,
            Sc0 = new Sec1Cmd0 { ClientPubkey = ByteString.CopyFrom(publicKey) },
        });
        SessionData response = await SessionHandshake.ExchangeAsync(exchange, request, cancellationToken).ConfigureAwait(false);
        if (response.Sec1 is not { Msg: HandshakeStep.Resp0, Sr0: { } reply })
            throw SessionHandshake.Unexpected("the device's public key");
        SessionHandshake.RequireSuccess(reply.Status);
        if (reply.DevicePubkey.Length != X25519KeyExchange.KeyLength)
            throw SessionHandshake.Malformed($"its public key has {reply.DevicePubkey.Length} bytes, not {X25519KeyExchange.KeyLength}");
        if (reply.DeviceRandom.Length != DeviceRandomLength)
            throw SessionHandshake.Malformed($"its random has {reply.DeviceRandom.Length} bytes, not {DeviceRandomLength}");
        return reply;
    }

    private async Task<byte[]> ExchangeProofsAsync(HandshakeExchange exchange, byte[] proof, CancellationToken cancellationToken)
    {
        SessionData request = Message(new Sec1Payload
        {
            Msg = HandshakeStep.Cmd1,
            Sc1 = new Sec1Cmd1 { ClientVerifyData = ByteString.CopyFrom(proof) },
        });
        SessionData response = await SessionHandshake.ExchangeProofAsync(
            exchange, request, Advice, cancellationToken).ConfigureAwait(false);
        if (response.Sec1 is not { Msg: HandshakeStep.Resp1, Sr1: { } reply })
            throw SessionHandshake.Unexpected("the device's proof");
        SessionHandshake.RequireProofAccepted(reply.Status, Advice);
        return reply.DeviceVerifyData.Length == X25519KeyExchange.KeyLength
            ? reply.DeviceVerifyData.ToByteArray()
            : throw SessionHandshake.Malformed($"its proof has {reply.DeviceVerifyData.Length} bytes, not {X25519KeyExchange.KeyLength}");
    }

    /// <summary>K = X25519(secret, device's key), xor SHA-256(PoP) when there is one.</summary>
    private AesCtrKeyStream StartKeyStream(byte[] privateKey, byte[] devicePublicKey, ReadOnlySpan<byte> deviceRandom)
    {
        byte[] key;
        try
        {
            key = X25519KeyExchange.SharedSecret(privateKey, devicePublicKey);
        }
        catch (CryptographicException exception)
        {
            throw SessionHandshake.Malformed("its public key makes an all-zero shared secret", exception);
        }

        if (HasProofOfPossession)
            ProofOfPossessionKey.Mix(_proofOfPossession!.Bytes, key);
        var keyStream = new AesCtrKeyStream(key, deviceRandom);
        CryptographicOperations.ZeroMemory(key);
        return keyStream;
    }

    private static SessionData Message(Sec1Payload payload) => new() { SecVer = SecScheme._1, Sec1 = payload };
}
