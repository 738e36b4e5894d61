using System.Buffers.Binary;
using System.Security.Cryptography;
using EspProv.Security;
using EspProv.Srp;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual.Security;

/// <summary>Security 2 on the device: SRP-6a, then AES-256-GCM (PROTOCOL.md §5).</summary>
/// <param name="saltAndVerifier">Called once, for the first client: it computes an exponentiation.</param>
/// <param name="patch">The nonce rule.</param>
/// <param name="random">The source of b and the nonces.</param>
/// <param name="report">Receives the results of handshakes.</param>
internal sealed class DeviceSecurity2(
    Func<SaltAndVerifier> saltAndVerifier, Security2Patch patch, IRandomSource random, Action<SecurityEvent> report)
    : DeviceSecurity<DeviceSecurity2.Keys>(report)
{
    private const int RandomNonceLength = 8;

    private readonly Lazy<SaltAndVerifier> _saltAndVerifier = new(saltAndVerifier);

    protected override SessionData? Handshake(Keys keys, SessionData request)
    {
        if (request.SecVer != SecScheme._2 || request.Sec2 is not { } message)
            return null;

        Sec2Payload? answer = (message.Msg, message.BodyCase) switch
        {
            (HandshakeStep.Cmd0, Sec2Payload.BodyOneofCase.Sc0) => OnCmd0(keys, message.Sc0),
            (HandshakeStep.Cmd1, Sec2Payload.BodyOneofCase.Sc1) => OnCmd1(keys, message.Sc1),
            _ => null,
        };
        return answer is null ? null : new SessionData { SecVer = SecScheme._2, Sec2 = answer };
    }

    protected override byte[]? Decrypt(Keys keys, ReadOnlySpan<byte> request)
    {
        try
        {
            return keys.Cipher?.Decrypt(request);
        }
        catch (ProvisioningException)
        {
            // It does not decrypt, or the counter is used up.
            return null;
        }
    }

    protected override byte[]? Encrypt(Keys keys, ReadOnlySpan<byte> response)
    {
        try
        {
            return keys.Cipher?.Encrypt(response);
        }
        catch (ProvisioningException)
        {
            return null;
        }
    }

    // A Cmd0 is accepted in any state: the client restarts the handshake.
    private Sec2Payload? OnCmd0(Keys keys, Sec2Cmd0 command)
    {
        keys.Reset();
        if (command.ClientPubkey.Length != SrpGroup.Rfc5054_3072.Length || command.ClientUsername.IsEmpty)
        {
            Report(SecurityEvent.InvalidParameters);
            return null;
        }

        SaltAndVerifier own = _saltAndVerifier.Value;
        var server = new SrpServer(SrpGroup.Rfc5054_3072, command.ClientUsername.Span, own.Salt.Span, own.Verifier.Span, random);
        try
        {
            server.ReceiveClientKey(command.ClientPubkey.Span);
        }
        catch (CryptographicException)
        {
            server.Dispose();
            Report(SecurityEvent.InvalidParameters);
            return null;
        }

        keys.Srp = server;
        return new Sec2Payload
        {
            Msg = HandshakeStep.Resp0,
            Sr0 = new Sec2Resp0 { DevicePubkey = ByteString.CopyFrom(server.B), DeviceSalt = ByteString.CopyFrom(own.Salt.Span) },
        };
    }

    private Sec2Payload? OnCmd1(Keys keys, Sec2Cmd1 command)
    {
        if (keys.Srp is not { } server)
            return null;

        byte[]? proof = server.VerifyClientProof(command.ClientProof.Span);
        if (proof is null)
        {
            keys.Reset();
            Report(SecurityEvent.CredentialsRefused);
            return null;
        }

        byte[] nonce = DrawNonce();
        var cipher = new GcmMessageCipher(server.K, nonce, counts: patch == Security2Patch.Patch1);
        keys.Reset();
        keys.Cipher = cipher;
        Report(SecurityEvent.Established);
        return new Sec2Payload
        {
            Msg = HandshakeStep.Resp1,
            Sr1 = new Sec2Resp1 { DeviceProof = ByteString.CopyFrom(proof), DeviceNonce = ByteString.CopyFrom(nonce) },
        };
    }

    // Patch 1: 8 random bytes, then the counter, which starts at 1.
    private byte[] DrawNonce()
    {
        int length = patch == Security2Patch.Patch0Nonce16 ? GcmMessageCipher.ConstantNonceLength : GcmMessageCipher.CountedNonceLength;
        byte[] nonce = new byte[length];
        if (patch == Security2Patch.Patch1)
        {
            random.Fill(nonce.AsSpan(0, RandomNonceLength));
            BinaryPrimitives.WriteUInt32BigEndian(nonce.AsSpan(RandomNonceLength), 1);
        }
        else
        {
            random.Fill(nonce);
        }

        return nonce;
    }

    /// <summary>The state of a session.</summary>
    internal sealed class Keys : IDisposable
    {
        /// <summary>The exchange between Cmd0 and Cmd1.</summary>
        public SrpServer? Srp { get; set; }

        /// <summary>The cipher after the handshake.</summary>
        public GcmMessageCipher? Cipher { get; set; }

        public void Reset()
        {
            Srp?.Dispose();
            Cipher?.Dispose();
            (Srp, Cipher) = (null, null);
        }

        public void Dispose() => Reset();
    }
}

/// <summary>A device's replacement of a password.</summary>
internal sealed record SaltAndVerifier(ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Verifier);
