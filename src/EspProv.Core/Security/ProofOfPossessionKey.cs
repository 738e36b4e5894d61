using System.Security.Cryptography;

namespace EspProv.Security;

/// <summary>Mixes a proof of possession into security 1's key (PROTOCOL.md §4).</summary>
internal static class ProofOfPossessionKey
{
    /// <summary>Xors SHA-256(PoP) into the 32 bytes of <paramref name="key"/>; an empty proof of possession changes nothing.</summary>
    internal static void Mix(ReadOnlySpan<byte> proofOfPossession, Span<byte> key)
    {
        if (proofOfPossession.IsEmpty)
            return;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(proofOfPossession, hash);
        for (int i = 0; i < hash.Length; i++)
            key[i] ^= hash[i];
        CryptographicOperations.ZeroMemory(hash);
    }
}
