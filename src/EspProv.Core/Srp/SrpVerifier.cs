using System.Numerics;
using System.Security.Cryptography;
using EspProv.Srp.Montgomery;

namespace EspProv.Srp;

/// <summary>
/// The verifier, stored by devices instead of the password: v = g^x mod N, with x from username, password and salt (PROTOCOL.md §5).
/// </summary>
public static class SrpVerifier
{
    /// <summary>The verifier in security 2's group, in the RFC's form.</summary>
    /// <param name="username">UTF-8.</param>
    /// <param name="password">UTF-8.</param>
    /// <param name="salt">Any length; the stock firmware's is 16 bytes. Hashed as it is, leading zero bytes included.</param>
    /// <returns>Big-endian without leading zero bytes: 384 bytes, and fewer 1 time in 256.</returns>
    public static byte[] Compute(ReadOnlySpan<byte> username, ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt)
        => Compute(SrpGroup.Rfc5054_3072, username, password, salt);

    /// <summary>The verifier in any group.</summary>
    /// <param name="group">Group and hash.</param>
    /// <param name="username">UTF-8.</param>
    /// <param name="password">UTF-8.</param>
    /// <param name="salt">Any length, hashed as it is.</param>
    /// <param name="useVendorToolHash">Drop the leading zero bytes of the inner hash, as the vendor's Python tool does.</param>
    /// <returns>Big-endian without leading zero bytes.</returns>
    public static byte[] Compute(
        SrpGroup group,
        ReadOnlySpan<byte> username,
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        bool useVendorToolHash = false)
    {
        ArgumentNullException.ThrowIfNull(group);
        Span<byte> x = stackalloc byte[group.HashLength];
        Span<byte> v = stackalloc byte[group.Length];
        ComputeX(group, username, password, salt, useVendorToolHash, x);
        ModularPower.PowG(x, v, group);
        CryptographicOperations.ZeroMemory(x);
        return v.TrimStart((byte)0).ToArray();
    }

    /// <summary>
    /// Whether H(username ":" password) begins with a zero byte. For these pairs (1 in 256) the vendor's Python tool and the RFC
    /// disagree about the verifier: never generate one, warn on a given one (PROTOCOL.md §5).
    /// </summary>
    public static bool InnerHashHasLeadingZero(ReadOnlySpan<byte> username, ReadOnlySpan<byte> password)
        => InnerHashHasLeadingZero(SrpGroup.Rfc5054_3072, username, password);

    /// <summary>
    /// Whether the salt begins with a zero byte. The vendor's Python tool drops it, in x and in M1, and cannot log in: never generate such
    /// a salt, warn on a given one (PROTOCOL.md §5).
    /// </summary>
    public static bool SaltHasLeadingZero(ReadOnlySpan<byte> salt) => salt is [0, ..];

    /// <summary>Draws a salt that works with every client: without a leading zero byte.</summary>
    /// <param name="random">Drawn from again if the first byte is zero.</param>
    /// <param name="length">In bytes, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is less than 1.</exception>
    public static byte[] DrawSalt(IRandomSource random, int length)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        byte[] salt = new byte[length];
        do
        {
            random.Fill(salt);
        }
        while (SaltHasLeadingZero(salt));
        return salt;
    }

    internal static bool InnerHashHasLeadingZero(SrpGroup group, ReadOnlySpan<byte> username, ReadOnlySpan<byte> password)
    {
        Span<byte> inner = stackalloc byte[group.HashLength];
        HashIdentity(group, username, password, inner);
        bool leadingZero = inner[0] == 0;
        CryptographicOperations.ZeroMemory(inner);
        return leadingZero;
    }

    /// <summary>x = H(salt | H(username ":" password)).</summary>
    internal static BigInteger ComputeX(
        SrpGroup group,
        ReadOnlySpan<byte> username,
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        bool useVendorToolHash)
    {
        Span<byte> x = stackalloc byte[group.HashLength];
        ComputeX(group, username, password, salt, useVendorToolHash, x);
        var value = new BigInteger(x, isUnsigned: true, isBigEndian: true);
        CryptographicOperations.ZeroMemory(x);
        return value;
    }

    private static void ComputeX(
        SrpGroup group,
        ReadOnlySpan<byte> username,
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        bool useVendorToolHash,
        Span<byte> x)
    {
        Span<byte> inner = stackalloc byte[group.HashLength];
        HashIdentity(group, username, password, inner);
        using IncrementalHash h = group.CreateHash();
        h.AppendData(salt);
        h.AppendData(useVendorToolHash ? inner.TrimStart((byte)0) : inner);
        h.GetHashAndReset(x);
        CryptographicOperations.ZeroMemory(inner);
    }

    private static void HashIdentity(SrpGroup group, ReadOnlySpan<byte> username, ReadOnlySpan<byte> password, Span<byte> destination)
    {
        using IncrementalHash h = group.CreateHash();
        h.AppendData(username);
        h.AppendData(":"u8);
        h.AppendData(password);
        h.GetHashAndReset(destination);
    }
}
