using System.Numerics;

namespace EspProv.Srp;

/// <summary>An SRP group: the safe prime N and the generator g (RFC 5054 appendix A).</summary>
public sealed partial class SrpGroup
{
    /// <summary>The modulus.</summary>
    public BigInteger N => throw new NotImplementedException();

    /// <summary>The generator.</summary>
    public BigInteger Generator => throw new NotImplementedException();

    /// <summary>N's length in bytes: the length that PAD fills up to.</summary>
    public int Length => throw new NotImplementedException();
}
