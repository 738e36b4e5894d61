using System.Numerics;

namespace EspProv.Srp;

/// <summary>
/// Powers modulo the group's prime: the one place where an SRP exchange spends its time. Everything in this folder comes here
/// for them.
/// </summary>
internal static class ModularPower
{
    /// <summary><paramref name="baseValue"/> ^ <paramref name="exponent"/> mod N. The base is 0 … N−1, the exponent not negative.</summary>
    internal static BigInteger Pow(BigInteger baseValue, BigInteger exponent, SrpGroup group)
        => BigInteger.ModPow(baseValue, exponent, group.N);

    /// <summary>g ^ <paramref name="exponent"/> mod N. The exponent is not negative.</summary>
    internal static BigInteger PowG(BigInteger exponent, SrpGroup group)
        => BigInteger.ModPow(group.Generator, exponent, group.N);
}
