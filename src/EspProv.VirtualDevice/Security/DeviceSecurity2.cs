using System.Buffers.Binary;
using System.Security.Cryptography;
using EspProv.Security;
using EspProv.Srp;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual;

/// <summary>Security 2 on the device: SRP-6a, then AES-256-GCM (PROTOCOL.md §5).</summary>
internal sealed class DeviceSecurity2 : IDeviceSecurity
{
    private const int RandomNonceLength = 8;

    private readonly Lazy<SaltAndVerifier> _saltAndVerifier;
    private readonly Security2Patch _patch;
    private readonly IRandomSource _random;
    private readonly Action<SecurityEvent> _report;
    private Session? _session;

    /// <param name="saltAndVerifier">Asked for once, when the first client comes: to make them takes an exponentiation.</param>
    /// <param name="patch">The nonce rule.</param>
    /// <param name="random">Where b and the nonces come from.</param>
    /// <param name="report">Is told what handshakes come to.</param>
    public DeviceSecurity2(Func<SaltAndVerifier> saltAndVerifier, Security2Patch patch, IRandomSource random, Action<SecurityEvent> report)
    {
        _saltAndVerifier = new Lazy<SaltAndVerifier>(saltAndVerifier);
        _patch = patch;
        _random = random;
        _report = report;
    }

    public SecurityVersion Version => SecurityVersion.Security2;

    public void OpenSession(uint sessionId)
    {
        _session?.Dispose();
        _session = new Session(sessionId);
    }

    public void CloseSession(uint sessionId)
    {
        if (_session?.Id != sessionId)
            return;
        _session.Dispose();
        _session = null;
    }

    public SessionData? Handshake(uint sessionId, SessionData request)
    {
        if (request.SecVer != SecScheme._2 || request.Sec2 is not { } message || _session is not { } session || session.Id != sessionId)
            return null;

        Sec2Payload? answer = (message.Msg, message.BodyCase) switch
        {
            (HandshakeStep.Cmd0, Sec2Payload.BodyOneofCase.Sc0) => OnCmd0(session, message.Sc0),
            (HandshakeStep.Cmd1, Sec2Payload.BodyOneofCase.Sc1) => OnCmd1(session, message.Sc1),
            _ => null,
        };
        return answer is null ? null : new SessionData { SecVer = SecScheme._2, Sec2 = answer };
    }

    public byte[]? Decrypt(uint sessionId, ReadOnlySpan<byte> request)
    {
        try
        {
            return CipherOf(sessionId)?.Decrypt(request);
        }
        catch (ProvisioningException)
        {
            // It does not decrypt, or the counter is used up.
            return null;
        }
    }

    public byte[]? Encrypt(uint sessionId, ReadOnlySpan<byte> response)
    {
        try
        {
            return CipherOf(sessionId)?.Encrypt(response);
        }
        catch (ProvisioningException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _session?.Dispose();
        _session = null;
    }

    // A Cmd0 is welcome in any state: the client simply starts over.
    private Sec2Payload? OnCmd0(Session session, Sec2Cmd0 command)
    {
        session.Reset();
        if (command.ClientPubkey.Length != SrpGroup.Rfc5054_3072.Length)
        {
            _report(SecurityEvent.InvalidParameters);
            return null;
        }

        SaltAndVerifier own = _saltAndVerifier.Value;
        var server = new SrpServer(SrpGroup.Rfc5054_3072, command.ClientUsername.Span, own.Salt.Span, own.Verifier.Span, _random);
        try
        {
            server.ReceiveClientKey(command.ClientPubkey.Span);
        }
        catch (CryptographicException)
        {
            server.Dispose();
            _report(SecurityEvent.InvalidParameters);
            return null;
        }

        session.Srp = server;
        return new Sec2Payload
        {
            Msg = HandshakeStep.Resp0,
            Sr0 = new Sec2Resp0 { DevicePubkey = ByteString.CopyFrom(server.B), DeviceSalt = ByteString.CopyFrom(own.Salt.Span) },
        };
    }

    private Sec2Payload? OnCmd1(Session session, Sec2Cmd1 command)
    {
        if (session.Srp is not { } server)
            return null;

        byte[]? proof = server.VerifyClientProof(command.ClientProof.Span);
        if (proof is null)
        {
            session.Reset();
            _report(SecurityEvent.CredentialsRefused);
            return null;
        }

        byte[] nonce = DrawNonce();
        var cipher = new GcmMessageCipher(server.K, nonce, counts: _patch == Security2Patch.Patch1);
        session.Reset();
        session.Cipher = cipher;
        _report(SecurityEvent.Established);
        return new Sec2Payload
        {
            Msg = HandshakeStep.Resp1,
            Sr1 = new Sec2Resp1 { DeviceProof = ByteString.CopyFrom(proof), DeviceNonce = ByteString.CopyFrom(nonce) },
        };
    }

    // Patch 1: 8 random bytes, then the counter, which starts at 1.
    private byte[] DrawNonce()
    {
        var nonce = new byte[_patch == Security2Patch.Patch0Nonce16 ? GcmMessageCipher.ConstantNonceLength : GcmMessageCipher.CountedNonceLength];
        if (_patch == Security2Patch.Patch1)
        {
            _random.Fill(nonce.AsSpan(0, RandomNonceLength));
            BinaryPrimitives.WriteUInt32BigEndian(nonce.AsSpan(RandomNonceLength), 1);
        }
        else
        {
            _random.Fill(nonce);
        }

        return nonce;
    }

    private GcmMessageCipher? CipherOf(uint sessionId) => _session is { } session && session.Id == sessionId ? session.Cipher : null;

    private sealed class Session(uint id) : IDisposable
    {
        public uint Id { get; } = id;

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

/// <summary>What a device keeps in the place of a password.</summary>
internal sealed record SaltAndVerifier(ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Verifier);
