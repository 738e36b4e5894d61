using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Parameters;

namespace EspProv.Security;

/// <summary>AES-GCM with the 16-byte tag after the ciphertext, and an IV of any length (the framework's own takes 12 bytes only).</summary>
internal static class AesGcmTagged
{
    /// <summary>Length of the tag in bytes.</summary>
    internal const int TagLength = 16;

    /// <summary>The ciphertext, with the tag appended.</summary>
    internal static byte[] Seal(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData = default)
        => Process(forEncryption: true, key, nonce, plaintext, associatedData);

    /// <summary>The plaintext of a ciphertext with its tag.</summary>
    /// <exception cref="CryptographicException">The tag does not verify, or the input is too short to hold one.</exception>
    internal static byte[] Open(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> associatedData = default)
    {
        try
        {
            return Process(forEncryption: false, key, nonce, sealedText, associatedData);
        }
        catch (InvalidCipherTextException exception)
        {
            throw new CryptographicException("The message does not authenticate.", exception);
        }
    }

    private static byte[] Process(
        bool forEncryption, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> input, ReadOnlySpan<byte> associatedData)
    {
        // A fresh instance each time: one instance refuses the nonce that patch 0 uses for every message.
        var cipher = new GcmBlockCipher(AesUtilities.CreateEngine());
        cipher.Init(forEncryption, new AeadParameters(new KeyParameter(key), TagLength * 8, nonce.ToArray()));
        cipher.ProcessAadBytes(associatedData);
        byte[] output = new byte[cipher.GetOutputSize(input.Length)];
        int written = cipher.ProcessBytes(input, output);
        cipher.DoFinal(output.AsSpan(written));
        return output;
    }
}
