using System.Buffers.Binary;
using System.Security.Cryptography;
using EspProv.Tests.Support;
using EspProv.Wire;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace EspProv.Tests.Sessions;

/// <summary>
/// The recorded device's end of the encryption, from the keys that it logged and not from anything that our client computes. A
/// device of an unseeded build logged none: then the keys follow from what the recorded client drew, by BouncyCastle's X25519, or are
/// the ones that it logged.
/// </summary>
internal abstract class RecordedDeviceCipher
{
    public static RecordedDeviceCipher Of(Transcript transcript) =>
        transcript.DeviceSecrets is { SessionKey: [{ } key, ..], DeviceRandom: [{ } counter, ..] } ? new KeyStream(key, counter) :
        transcript.DeviceSecrets is { GcmKey: [{ } gcmKey, ..], GcmNonceInitial: [{ } nonce, ..] } ? new Gcm(gcmKey, nonce) :
        OfClient(transcript) ?? new Identity();

    private static RecordedDeviceCipher? OfClient(Transcript transcript)
    {
        SessionData[] replies =
        [
            .. transcript.ExchangesWith("prov-session").Where(exchange => exchange.ResponseHex is not null)
                .Select(exchange => SessionData.Parser.ParseFrom(exchange.ResponseHex)),
        ];
        if (transcript.ClientSecrets.X25519Private is [{ } privateKey, ..] && replies.FirstOrDefault(reply => reply.Sec1?.Sr0 is not null) is { } keys)
        {
            byte[] key = new byte[32];
            new X25519PrivateKeyParameters(privateKey).GenerateSecret(new X25519PublicKeyParameters(keys.Sec1.Sr0.DevicePubkey.ToByteArray()), key);
            if (transcript.Latin1Argument("--pop") is { Length: > 0 } pop)
                key = [.. key.Zip(SHA256.HashData(pop), (left, right) => (byte)(left ^ right))];
            return new KeyStream(key, keys.Sec1.Sr0.DeviceRandom.ToByteArray());
        }

        return transcript.ClientSecrets.SrpK is [{ } srpKey, ..] && replies.FirstOrDefault(reply => reply.Sec2?.Sr1 is not null) is { } proof
            ? new Gcm(srpKey[..32], proof.Sec2.Sr1.DeviceNonce.ToByteArray())
            : null;
    }

    public abstract bool IsInStepWith(TranscriptExchange recorded);

    public abstract byte[] DecryptRequest(byte[] ciphertext);

    public abstract byte[] EncryptResponse(byte[] plaintext);

    private sealed class Identity : RecordedDeviceCipher
    {
        public override bool IsInStepWith(TranscriptExchange recorded) => true;

        public override byte[] DecryptRequest(byte[] ciphertext) => ciphertext;

        public override byte[] EncryptResponse(byte[] plaintext) => plaintext;
    }

    private sealed class KeyStream(byte[] key, byte[] initialCounter) : RecordedDeviceCipher
    {
        private const int HandshakeLength = 64;
        private int _offset = HandshakeLength;

        public override bool IsInStepWith(TranscriptExchange recorded) => recorded.RequestCtrOffset == _offset;

        public override byte[] DecryptRequest(byte[] ciphertext) => Apply(ciphertext);

        public override byte[] EncryptResponse(byte[] plaintext) => Apply(plaintext);

        private byte[] Apply(byte[] data)
        {
            var cipher = new BufferedBlockCipher(new SicBlockCipher(new AesEngine()));
            cipher.Init(true, new ParametersWithIV(new KeyParameter(key), initialCounter));
            byte[] stream = cipher.DoFinal((byte[])[.. new byte[_offset], .. data]);
            byte[] output = stream[_offset..];
            _offset += data.Length;
            return output;
        }
    }

    private sealed class Gcm(byte[] key, byte[] nonce) : RecordedDeviceCipher
    {
        private const int CountedNonceLength = 12;
        private readonly byte[] _nonce = [.. nonce];

        public override bool IsInStepWith(TranscriptExchange recorded) => recorded.RequestNonceHex.AsSpan().SequenceEqual(_nonce);

        public override byte[] DecryptRequest(byte[] ciphertext) => Apply(false, ciphertext);

        public override byte[] EncryptResponse(byte[] plaintext) => Apply(true, plaintext);

        private byte[] Apply(bool encrypt, byte[] data)
        {
            var cipher = new GcmBlockCipher(new AesEngine());
            cipher.Init(encrypt, new AeadParameters(new KeyParameter(key), 128, _nonce));
            byte[] output = new byte[cipher.GetOutputSize(data.Length)];
            int length = cipher.ProcessBytes(data, 0, data.Length, output, 0);
            cipher.DoFinal(output, length);

            // 16 bytes are patch 0: one nonce for all (PROTOCOL.md §5).
            if (_nonce.Length == CountedNonceLength)
                BinaryPrimitives.WriteUInt32BigEndian(_nonce.AsSpan(8), BinaryPrimitives.ReadUInt32BigEndian(_nonce.AsSpan(8)) + 1);
            return output;
        }
    }
}
