using System.Buffers.Binary;
using EspProv.Tests.Support;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace EspProv.Tests.Sessions;

/// <summary>The recorded device's end of the encryption, from the keys that it logged and not from anything that our client computes.</summary>
internal abstract class RecordedDeviceCipher
{
    public static RecordedDeviceCipher Of(Transcript transcript) =>
        transcript.DeviceSecrets is { SessionKey: [{ } key, ..], DeviceRandom: [{ } counter, ..] } ? new KeyStream(key, counter) :
        transcript.DeviceSecrets is { GcmKey: [{ } gcmKey, ..], GcmNonceInitial: [{ } nonce, ..] } ? new Gcm(gcmKey, nonce) :
        new Identity();

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
