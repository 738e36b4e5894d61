using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace EspProv.Virtual;

/// <summary>One AES-256-CTR key stream that serves both directions in order, byte by byte (PROTOCOL.md §4).</summary>
internal sealed class AesCtrStream : IDisposable
{
    private const int BlockLength = 16;

    private readonly SicBlockCipher _cipher;
    private readonly byte[] _keyStream = new byte[BlockLength];
    private int _used = BlockLength;

    /// <summary>Starts the stream with a 32-byte key and the 16-byte initial counter block.</summary>
    public AesCtrStream(byte[] key, byte[] initialCounter)
    {
        _cipher = new SicBlockCipher(AesUtilities.CreateEngine());
        _cipher.Init(forEncryption: true, new ParametersWithIV(new KeyParameter(key), initialCounter));
    }

    /// <summary>Encrypts or decrypts, which is the same, and moves the stream on by the length of the input.</summary>
    public byte[] Transform(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> zeros = stackalloc byte[BlockLength];
        var output = new byte[input.Length];
        for (int i = 0; i < input.Length; i++)
        {
            if (_used == BlockLength)
            {
                _cipher.ProcessBlock(zeros, _keyStream);
                _used = 0;
            }

            output[i] = (byte)(input[i] ^ _keyStream[_used++]);
        }

        return output;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_keyStream);
}
