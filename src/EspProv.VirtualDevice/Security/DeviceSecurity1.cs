using System.Security.Cryptography;
using EspProv.Security;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual;

/// <summary>Security 1 on the device: X25519, the proof of possession, and one AES-256-CTR stream (PROTOCOL.md §4).</summary>
internal sealed class DeviceSecurity1 : IDeviceSecurity
{
    private const int RandomLength = 16;

    private readonly Secret _proofOfPossession;
    private readonly IRandomSource _random;
    private readonly Action<SecurityEvent> _report;
    private Session? _session;

    public DeviceSecurity1(string proofOfPossession, IRandomSource random, Action<SecurityEvent> report)
    {
        _proofOfPossession = Secret.FromUtf8(proofOfPossession);
        _random = random;
        _report = report;
    }

    private enum Step
    {
        Cmd0,
        Cmd1,
        Done,
    }

    public SecurityVersion Version => SecurityVersion.Security1;

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
        if (request.SecVer != SecScheme._1 || request.Sec1 is not { } message || _session is not { } session || session.Id != sessionId)
            return null;

        Sec1Payload? answer = (message.Msg, message.BodyCase) switch
        {
            (HandshakeStep.Cmd0, Sec1Payload.BodyOneofCase.Sc0) => OnCmd0(session, message.Sc0),
            (HandshakeStep.Cmd1, Sec1Payload.BodyOneofCase.Sc1) => OnCmd1(session, message.Sc1),
            _ => null,
        };
        return answer is null ? null : new SessionData { SecVer = SecScheme._1, Sec1 = answer };
    }

    public byte[]? Decrypt(uint sessionId, ReadOnlySpan<byte> request) => Transform(sessionId, request);

    public byte[]? Encrypt(uint sessionId, ReadOnlySpan<byte> response) => Transform(sessionId, response);

    public void Dispose()
    {
        _session?.Dispose();
        _session = null;
        _proofOfPossession.Dispose();
    }

    // A Cmd0 is welcome in any state: the client simply starts over.
    private Sec1Payload? OnCmd0(Session session, Sec1Cmd0 command)
    {
        session.Reset();
        byte[] clientPublicKey = command.ClientPubkey.ToByteArray();
        byte[] privateKey = GC.AllocateArray<byte>(X25519KeyExchange.KeyLength, pinned: true);
        byte[]? key = null;
        try
        {
            _random.Fill(privateKey);
            byte[] devicePublicKey = X25519KeyExchange.PublicKey(privateKey);
            key = X25519KeyExchange.SharedSecret(privateKey, clientPublicKey);
            ProofOfPossessionKey.Mix(_proofOfPossession.Bytes, key);

            var deviceRandom = new byte[RandomLength];
            _random.Fill(deviceRandom);
            session.Agreed(clientPublicKey, devicePublicKey, new AesCtrKeyStream(key, deviceRandom));
            return new Sec1Payload
            {
                Msg = HandshakeStep.Resp0,
                Sr0 = new Sec1Resp0 { DevicePubkey = ByteString.CopyFrom(devicePublicKey), DeviceRandom = ByteString.CopyFrom(deviceRandom) },
            };
        }
        catch (CryptographicException)
        {
            // A key of another length, or one of small order.
            _report(SecurityEvent.InvalidParameters);
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private Sec1Payload? OnCmd1(Session session, Sec1Cmd1 command)
    {
        if (session.Step != Step.Cmd1 || session.Stream is not { } stream)
            return null;

        byte[] verify = stream.Apply(command.ClientVerifyData.Span);
        if (!CryptographicOperations.FixedTimeEquals(verify, session.DevicePublicKey))
        {
            session.Reset();
            _report(SecurityEvent.CredentialsRefused);
            return null;
        }

        session.Established();
        _report(SecurityEvent.Established);
        return new Sec1Payload
        {
            Msg = HandshakeStep.Resp1,
            Sr1 = new Sec1Resp1 { DeviceVerifyData = ByteString.CopyFrom(stream.Apply(session.ClientPublicKey)) },
        };
    }

    private byte[]? Transform(uint sessionId, ReadOnlySpan<byte> input) =>
        _session is { Step: Step.Done, Stream: { } stream } session && session.Id == sessionId ? stream.Apply(input) : null;

    private sealed class Session(uint id) : IDisposable
    {
        public uint Id { get; } = id;

        public Step Step { get; private set; }

        public byte[] ClientPublicKey { get; private set; } = [];

        public byte[] DevicePublicKey { get; private set; } = [];

        public AesCtrKeyStream? Stream { get; private set; }

        public void Agreed(byte[] clientPublicKey, byte[] devicePublicKey, AesCtrKeyStream stream)
        {
            (ClientPublicKey, DevicePublicKey, Stream, Step) = (clientPublicKey, devicePublicKey, stream, Step.Cmd1);
        }

        public void Established() => Step = Step.Done;

        public void Reset()
        {
            Stream?.Dispose();
            (ClientPublicKey, DevicePublicKey, Stream, Step) = ([], [], null, Step.Cmd0);
        }

        public void Dispose() => Reset();
    }
}
