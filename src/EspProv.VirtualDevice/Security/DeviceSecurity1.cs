using System.Security.Cryptography;
using EspProv.Security;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual.Security;

/// <summary>Security 1 on the device: X25519, the proof of possession, and one AES-256-CTR stream (PROTOCOL.md §4).</summary>
internal sealed class DeviceSecurity1(string proofOfPossession, IRandomSource random, Action<SecurityEvent> report)
    : DeviceSecurity<DeviceSecurity1.Keys>(report)
{
    private const int RandomLength = 16;

    private readonly Secret _proofOfPossession = Secret.FromUtf8(proofOfPossession);

    /// <summary>The expected message.</summary>
    internal enum Step
    {
        Cmd0,
        Cmd1,
        Done,
    }

    public override void Dispose()
    {
        base.Dispose();
        _proofOfPossession.Dispose();
    }

    protected override SessionData? Handshake(Keys keys, SessionData request)
    {
        if (request.SecVer != SecScheme._1 || request.Sec1 is not { } message)
            return null;

        Sec1Payload? answer = (message.Msg, message.BodyCase) switch
        {
            (HandshakeStep.Cmd0, Sec1Payload.BodyOneofCase.Sc0) => OnCmd0(keys, message.Sc0),
            (HandshakeStep.Cmd1, Sec1Payload.BodyOneofCase.Sc1) => OnCmd1(keys, message.Sc1),
            _ => null,
        };
        return answer is null ? null : new SessionData { SecVer = SecScheme._1, Sec1 = answer };
    }

    protected override byte[]? Decrypt(Keys keys, ReadOnlySpan<byte> request) => Transform(keys, request);

    protected override byte[]? Encrypt(Keys keys, ReadOnlySpan<byte> response) => Transform(keys, response);

    private static byte[]? Transform(Keys keys, ReadOnlySpan<byte> input) =>
        keys is { Step: Step.Done, Stream: { } stream } ? stream.Apply(input) : null;

    // A Cmd0 is accepted in any state: the client restarts the handshake.
    private Sec1Payload? OnCmd0(Keys keys, Sec1Cmd0 command)
    {
        keys.Reset();
        byte[] clientPublicKey = command.ClientPubkey.ToByteArray();
        byte[] privateKey = GC.AllocateArray<byte>(X25519KeyExchange.KeyLength, pinned: true);
        byte[]? key = null;
        try
        {
            random.Fill(privateKey);
            byte[] devicePublicKey = X25519KeyExchange.PublicKey(privateKey);
            key = X25519KeyExchange.SharedSecret(privateKey, clientPublicKey);
            ProofOfPossessionKey.Mix(_proofOfPossession.Bytes, key);

            byte[] deviceRandom = new byte[RandomLength];
            random.Fill(deviceRandom);
            keys.Agreed(clientPublicKey, devicePublicKey, new AesCtrKeyStream(key, deviceRandom));
            return new Sec1Payload
            {
                Msg = HandshakeStep.Resp0,
                Sr0 = new Sec1Resp0
                {
                    DevicePubkey = ByteString.CopyFrom(devicePublicKey),
                    DeviceRandom = ByteString.CopyFrom(deviceRandom),
                },
            };
        }
        catch (CryptographicException)
        {
            // A key of wrong length or of small order.
            Report(SecurityEvent.InvalidParameters);
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private Sec1Payload? OnCmd1(Keys keys, Sec1Cmd1 command)
    {
        if (keys.Step != Step.Cmd1 || keys.Stream is not { } stream)
            return null;

        byte[] verify = stream.Apply(command.ClientVerifyData.Span);
        if (!CryptographicOperations.FixedTimeEquals(verify, keys.DevicePublicKey))
        {
            keys.Reset();
            Report(SecurityEvent.CredentialsRefused);
            return null;
        }

        keys.Established();
        Report(SecurityEvent.Established);
        return new Sec1Payload
        {
            Msg = HandshakeStep.Resp1,
            Sr1 = new Sec1Resp1 { DeviceVerifyData = ByteString.CopyFrom(stream.Apply(keys.ClientPublicKey)) },
        };
    }

    /// <summary>The state of a session.</summary>
    internal sealed class Keys : IDisposable
    {
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
