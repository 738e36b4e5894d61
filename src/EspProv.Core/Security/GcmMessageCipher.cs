using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EspProv.Security;

/// <summary>
/// Security 2's messages after the handshake, on either side: AES-256-GCM under one key, with the nonce of the firmware's patch level
/// (PROTOCOL.md §5). Patch 0 uses one nonce for everything; patch 1 counts messages of both directions in its last four bytes.
/// </summary>
internal sealed class GcmMessageCipher : IDisposable
{
    /// <summary>Length of the AES key, the first bytes of K.</summary>
    internal const int KeyLength = 32;

    /// <summary>Length of a counted nonce: 8 random bytes and the counter.</summary>
    internal const int CountedNonceLength = 12;

    /// <summary>Length of the constant nonce of most patch 0 firmware; a few builds have 12.</summary>
    internal const int ConstantNonceLength = 16;

    private const int CounterOffset = 8;

    private readonly byte[] _key = GC.AllocateUninitializedArray<byte>(KeyLength, pinned: true);
    private readonly byte[] _nonce;

    /// <summary>Starts at the nonce that the device chose.</summary>
    /// <param name="sessionKey">K; its first 32 bytes are used.</param>
    /// <param name="nonce">12 bytes, or 16 when constant.</param>
    /// <param name="counts">Whether the nonce is counted (patch 1) or constant (patch 0).</param>
    internal GcmMessageCipher(ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> nonce, bool counts)
    {
        sessionKey[..KeyLength].CopyTo(_key);
        _nonce = nonce.ToArray();
        Counts = counts;
    }

    /// <summary>Whether every message has a nonce of its own (patch 1).</summary>
    internal bool Counts { get; }

    /// <summary>The nonce of the next message.</summary>
    internal ReadOnlySpan<byte> Nonce => _nonce;

    /// <summary>
    /// Whether a nonce of 12 bytes is a fresh counted one: its counter is 1. A random constant nonce looks the same once in 2^32.
    /// </summary>
    internal static bool IsFirstCountedNonce(ReadOnlySpan<byte> nonce)
        => BinaryPrimitives.ReadUInt32BigEndian(nonce[CounterOffset..]) == 1;

    /// <summary>Encrypts the next message; the tag is appended.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.SessionLost"/>: the counter is used up.</exception>
    internal byte[] Encrypt(ReadOnlySpan<byte> plaintext)
    {
        RequireCounter();
        byte[] sealedText = AesGcmTagged.Seal(_key, _nonce, plaintext);
        Count();
        return sealedText;
    }

    /// <summary>Decrypts the next message. A failed decryption does not advance the counter.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DecryptionFailed"/>; <see cref="ProvisioningErrorReason.SessionLost"/>: the counter is used up.
    /// </exception>
    internal byte[] Decrypt(ReadOnlySpan<byte> sealedText)
    {
        RequireCounter();
        byte[] plaintext;
        try
        {
            plaintext = AesGcmTagged.Open(_key, _nonce, sealedText);
        }
        catch (CryptographicException exception)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.DecryptionFailed,
                "A message does not decrypt under the session's key: it was altered, lost or replayed in transit.",
                exception);
        }

        Count();
        return plaintext;
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    /// <summary>The last value is never used: after it the counter would repeat.</summary>
    private void RequireCounter()
    {
        if (Counts && BinaryPrimitives.ReadUInt32BigEndian(_nonce.AsSpan(CounterOffset)) == uint.MaxValue)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.SessionLost, "The session's message counter is used up. Open a new session.");
        }
    }

    private void Count()
    {
        if (!Counts)
            return;
        Span<byte> counter = _nonce.AsSpan(CounterOffset);
        BinaryPrimitives.WriteUInt32BigEndian(counter, BinaryPrimitives.ReadUInt32BigEndian(counter) + 1);
    }
}
