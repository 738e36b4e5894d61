using System.Numerics;
using System.Security.Cryptography;

namespace EspProv.Srp.Montgomery;

/// <summary>Powers modulo the group's prime, which dominate the time of an SRP exchange.</summary>
/// <remarks>
/// Groups of up to 3,072 bits and a little more, security 2's among them, use <see cref="MontgomeryPower"/> and
/// <see cref="MontgomeryFixedBase"/>, whose time does not depend on the exponent's value. Larger ones use <see cref="BigInteger.ModPow"/>,
/// whose time does. In both cases <see cref="BigInteger"/>'s own buffers stay until collected.
/// </remarks>
internal static class ModularPower
{
    /// <summary>
    /// Exponents are padded to a multiple of this many bytes: the time shows whether it is x, a or a + u·x, which is public, but not the
    /// number's length.
    /// </summary>
    private const int ExponentQuantum = 32;

    /// <summary><paramref name="baseValue"/> ^ <paramref name="exponent"/> mod N. The base is 0 … N−1, the exponent not negative.</summary>
    internal static BigInteger Pow(BigInteger baseValue, BigInteger exponent, SrpGroup group)
    {
        if (group.GeneratorPowers is not { } powers)
            return BigInteger.ModPow(baseValue, exponent, group.N);
        byte[] padded = Pad(exponent);
        byte[] basis = group.Pad(baseValue);
        Span<byte> result = stackalloc byte[group.Length];
        MontgomeryPower.Power(powers.Modulus, basis, padded, result);
        return Collect(result, basis, padded);
    }

    /// <summary>g ^ <paramref name="exponent"/> mod N. The exponent is not negative.</summary>
    internal static BigInteger PowG(BigInteger exponent, SrpGroup group)
    {
        if (group.GeneratorPowers is not { } powers)
            return BigInteger.ModPow(group.Generator, exponent, group.N);
        byte[] padded = Pad(exponent);
        Span<byte> result = stackalloc byte[group.Length];
        powers.Power(padded, result);
        return Collect(result, padded);
    }

    /// <summary>g ^ <paramref name="exponent"/> mod N, on bytes, so that no copy is left in memory.</summary>
    /// <param name="exponent">Big-endian.</param>
    /// <param name="result">As long as N; receives the power, big-endian.</param>
    /// <param name="group">The group.</param>
    internal static void PowG(ReadOnlySpan<byte> exponent, Span<byte> result, SrpGroup group)
    {
        if (group.GeneratorPowers is { } powers)
            powers.Power(exponent, result);
        else
            group.Pad(PowG(new BigInteger(exponent, isUnsigned: true, isBigEndian: true), group)).CopyTo(result);
    }

    /// <summary>Builds the table of powers of g, before a batch.</summary>
    internal static void PrepareMany(SrpGroup group) => group.GeneratorPowers?.Prepare();

    private static byte[] Pad(BigInteger exponent)
    {
        int length = exponent.GetByteCount(isUnsigned: true);
        byte[] padded = GC.AllocateArray<byte>((length + ExponentQuantum - 1) / ExponentQuantum * ExponentQuantum, pinned: true);
        exponent.TryWriteBytes(padded.AsSpan(padded.Length - length), out _, isUnsigned: true, isBigEndian: true);
        return padded;
    }

    private static BigInteger Collect(Span<byte> result, params ReadOnlySpan<byte[]> used)
    {
        var power = new BigInteger(result, isUnsigned: true, isBigEndian: true);
        CryptographicOperations.ZeroMemory(result);
        foreach (byte[] buffer in used)
            CryptographicOperations.ZeroMemory(buffer);
        return power;
    }
}
