using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace EspProv.Security;

/// <summary>X25519 (RFC 7748) as security 1 uses it on both sides: 32-byte keys, scalars clamped on use.</summary>
internal static class X25519KeyExchange
{
    /// <summary>Length in bytes of private keys, public keys and shared secrets.</summary>
    internal const int KeyLength = 32;

    /// <summary>The public key of a private key.</summary>
    internal static byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        byte[] publicKey = new byte[KeyLength];
        X25519.ScalarMultBase(privateKey, publicKey);
        return publicKey;
    }

    /// <summary>The secret shared with the owner of <paramref name="peerPublicKey"/>. The buffer is pinned; the caller zeroes it.</summary>
    /// <exception cref="CryptographicException">
    /// The secret is all zero: the other side sent a point of small order. Or its key is not of 32 bytes.
    /// </exception>
    internal static byte[] SharedSecret(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> peerPublicKey)
    {
        if (peerPublicKey.Length != KeyLength)
            throw new CryptographicException("An X25519 public key has 32 bytes.");
        byte[] shared = GC.AllocateArray<byte>(KeyLength, pinned: true);
        return X25519.CalculateAgreement(privateKey, peerPublicKey, shared)
            ? shared
            : throw new CryptographicException("The X25519 shared secret is all zero.");
    }
}
