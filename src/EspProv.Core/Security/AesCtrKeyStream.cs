using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace EspProv.Security;

/// <summary>
/// A continuous AES-CTR key stream. Security 1 uses one for both directions, in the order of the messages (PROTOCOL.md §4), so messages may
/// start and end within a block.
/// </summary>
internal sealed class AesCtrKeyStream : IDisposable
{
    private const int BlockLength = 16;

    private readonly SicBlockCipher _cipher;
    private readonly byte[] _block = GC.AllocateArray<byte>(BlockLength, pinned: true);
    private int _used = BlockLength;

    /// <summary>Starts the stream.</summary>
    /// <param name="key">16, 24 or 32 bytes.</param>
    /// <param name="counter">The initial counter block, 16 bytes.</param>
    internal AesCtrKeyStream(ReadOnlySpan<byte> key, ReadOnlySpan<byte> counter)
    {
        _cipher = new SicBlockCipher(AesUtilities.CreateEngine());
        _cipher.Init(forEncryption: true, new ParametersWithIV(new KeyParameter(key), counter));
    }

    /// <summary>Encrypts or decrypts the next bytes (the same operation); the length is unchanged.</summary>
    internal byte[] Apply(ReadOnlySpan<byte> input)
    {
        byte[] output = new byte[input.Length];
        for (int i = 0; i < input.Length; i++)
        {
            if (_used == BlockLength)
            {
                // The cipher works on whole blocks: encrypting zeros yields the key stream.
                _block.AsSpan().Clear();
                _cipher.ProcessBlock(_block, 0, _block, 0);
                _used = 0;
            }

            output[i] = (byte)(input[i] ^ _block[_used++]);
        }

        return output;
    }

    /// <summary>Zeroes the key stream.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_block);
}
