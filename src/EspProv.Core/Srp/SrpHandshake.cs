using System.Numerics;
using System.Security.Cryptography;

namespace EspProv.Srp;

/// <summary>Computations shared by client and server: u, K, M1 and M2, each with its own padding rule.</summary>
internal static class SrpHandshake
{
    /// <summary>Length in bytes of the ephemeral secrets a and b.</summary>
    internal const int EphemeralLength = 32;

    /// <summary>u = H(PAD(A) | PAD(B)).</summary>
    /// <exception cref="CryptographicException">u = 0, or A or B is longer than N.</exception>
    internal static BigInteger ComputeU(SrpGroup group, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        using IncrementalHash h = group.CreateHash();
        AppendPadded(h, group, a);
        AppendPadded(h, group, b);
        var u = new BigInteger(h.GetHashAndReset(), isUnsigned: true, isBigEndian: true);
        return u.IsZero ? throw new CryptographicException("The SRP scrambling parameter u is zero.") : u;
    }

    /// <summary>Reads the other side's public value.</summary>
    /// <exception cref="CryptographicException">It is 0 modulo N, or longer than N.</exception>
    internal static BigInteger ReadPublicValue(SrpGroup group, ReadOnlySpan<byte> value, string symbol)
    {
        if (value.Length > group.Length)
            throw new CryptographicException($"The SRP value {symbol} is longer than the group's modulus.");
        BigInteger reduced = new BigInteger(value, isUnsigned: true, isBigEndian: true) % group.N;
        return reduced.IsZero ? throw new CryptographicException($"The SRP value {symbol} is zero modulo N.") : reduced;
    }

    /// <summary>K = H(S), with S as its minimal big-endian bytes. The buffer is pinned; the caller zeroes it.</summary>
    internal static byte[] ComputeK(SrpGroup group, BigInteger s)
    {
        byte[] minimal = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        byte[] k = GC.AllocateUninitializedArray<byte>(group.HashLength, pinned: true);
        using IncrementalHash h = group.CreateHash();
        h.AppendData(minimal);
        h.GetHashAndReset(k);
        CryptographicOperations.ZeroMemory(minimal);
        return k;
    }

    /// <summary>M1 = H( (H(N) xor H(PAD(g))) | H(username) | salt | A | B | K ), with salt, A and B as they were on the wire.</summary>
    internal static byte[] ComputeM1(
        SrpGroup group,
        ReadOnlySpan<byte> username,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> a,
        ReadOnlySpan<byte> b,
        ReadOnlySpan<byte> k)
    {
        using IncrementalHash h = group.CreateHash();
        h.AppendData(username);
        byte[] usernameHash = h.GetHashAndReset();

        h.AppendData(group.ParameterHash.Span);
        h.AppendData(usernameHash);
        h.AppendData(salt);
        h.AppendData(a);
        h.AppendData(b);
        h.AppendData(k);
        return h.GetHashAndReset();
    }

    /// <summary>M2 = H(A | M1 | K).</summary>
    internal static byte[] ComputeM2(SrpGroup group, ReadOnlySpan<byte> a, ReadOnlySpan<byte> m1, ReadOnlySpan<byte> k)
    {
        using IncrementalHash h = group.CreateHash();
        h.AppendData(a);
        h.AppendData(m1);
        h.AppendData(k);
        return h.GetHashAndReset();
    }

    /// <summary>An ephemeral secret (a or b) from the source.</summary>
    internal static BigInteger DrawEphemeral(IRandomSource random)
    {
        Span<byte> secret = stackalloc byte[EphemeralLength];
        random.Fill(secret);
        var value = new BigInteger(secret, isUnsigned: true, isBigEndian: true);
        CryptographicOperations.ZeroMemory(secret);
        return value;
    }

    private static void AppendPadded(IncrementalHash h, SrpGroup group, ReadOnlySpan<byte> value)
    {
        Span<byte> zeros = stackalloc byte[group.Length - value.Length];
        zeros.Clear();
        h.AppendData(zeros);
        h.AppendData(value);
    }
}
