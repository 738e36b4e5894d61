using System.Buffers.Binary;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace EspProv.Virtual;

/// <summary>Security 2's AES-256-GCM with the nonce rule of the firmware's patch level (PROTOCOL.md §5).</summary>
internal sealed class AesGcmChannel : IDisposable
{
    /// <summary>The tag that follows each ciphertext, in bytes.</summary>
    public const int TagLength = 16;

    private const int CounterLength = 4;

    private readonly byte[] _key;
    private readonly byte[] _nonce;
    private readonly bool _counts;

    /// <summary>Takes a 32-byte key and draws the initial nonce.</summary>
    public AesGcmChannel(ReadOnlySpan<byte> key, Security2Patch patch, IRandomSource random)
    {
        _key = key.ToArray();
        _counts = patch == Security2Patch.Patch1;
        _nonce = new byte[patch == Security2Patch.Patch0Nonce16 ? 16 : 12];
        if (_counts)
        {
            random.Fill(_nonce.AsSpan(0, _nonce.Length - CounterLength));
            BinaryPrimitives.WriteUInt32BigEndian(Counter, 1);
        }
        else
        {
            random.Fill(_nonce);
        }
    }

    /// <summary>The nonce that the next message uses; the initial one goes to the client.</summary>
    public ReadOnlySpan<byte> Nonce => _nonce;

    private Span<byte> Counter => _nonce.AsSpan(_nonce.Length - CounterLength);

    /// <summary>Encrypts and appends the tag; null when the nonces are used up.</summary>
    public byte[]? Encrypt(ReadOnlySpan<byte> plaintext) => IsUsedUp ? null : Run(plaintext, forEncryption: true);

    /// <summary>Decrypts; null when the tag does not verify, which leaves the nonce where it is.</summary>
    public byte[]? Decrypt(ReadOnlySpan<byte> ciphertext)
    {
        if (IsUsedUp || ciphertext.Length < TagLength)
            return null;
        try
        {
            return Run(ciphertext, forEncryption: false);
        }
        catch (InvalidCipherTextException)
        {
            return null;
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    // Zero comes after 2^32 - 1 messages only: a nonce that would repeat ends the session.
    private bool IsUsedUp => _counts && BinaryPrimitives.ReadUInt32BigEndian(Counter) == 0;

    private byte[] Run(ReadOnlySpan<byte> input, bool forEncryption)
    {
        var cipher = new GcmBlockCipher(AesUtilities.CreateEngine());
        cipher.Init(forEncryption, new AeadParameters(new KeyParameter(_key), TagLength * 8, _nonce));
        var output = new byte[cipher.GetOutputSize(input.Length)];
        int length = cipher.ProcessBytes(input, output);
        cipher.DoFinal(output.AsSpan(length));
        if (_counts)
            BinaryPrimitives.WriteUInt32BigEndian(Counter, BinaryPrimitives.ReadUInt32BigEndian(Counter) + 1);
        return output;
    }
}
