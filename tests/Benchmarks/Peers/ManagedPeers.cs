using System.Diagnostics;
using EspProv.Srp;
using EspProv.Srp.Montgomery;

namespace EspProv.Benchmarks.Peers;

/// <summary>This project: the comb for the generator, windows for any other base.</summary>
internal sealed class EspProvPeer : IPeer
{
    private readonly MontgomeryFixedBase _powers = SrpGroup.Rfc5054_3072.GeneratorPowers!;

    public string Name => "EspProv";

    public (byte[] Power, double Seconds) Measure(byte[] basis, byte[] exponent, int count)
    {
        byte[] power = new byte[SrpGroup.Rfc5054_3072.Length];
        _powers.Prepare();
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
        {
            if (basis is [5])
                _powers.Power(exponent, power);
            else
                MontgomeryPower.Power(_powers.Modulus, basis, exponent, power);
        }

        return (power.AsSpan().TrimStart((byte)0).ToArray(), clock.Elapsed.TotalSeconds);
    }

    public void Dispose()
    {
    }
}

/// <summary>This project without its table, as in the first call of a process.</summary>
internal sealed class EspProvFirstCallPeer : IPeer
{
    private readonly MontgomeryModulus _modulus = SrpGroup.Rfc5054_3072.GeneratorPowers!.Modulus;

    public string Name => "EspProv, no table";

    public (byte[] Power, double Seconds) Measure(byte[] basis, byte[] exponent, int count)
    {
        byte[] power = new byte[SrpGroup.Rfc5054_3072.Length];
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
            new MontgomeryFixedBase(_modulus, basis, 64).Power(exponent, power);
        return (power.AsSpan().TrimStart((byte)0).ToArray(), clock.Elapsed.TotalSeconds);
    }

    public void Dispose()
    {
    }
}

/// <summary>BouncyCastle's BigInteger.ModPow.</summary>
internal sealed class BouncyCastlePeer : IPeer
{
    private static readonly Org.BouncyCastle.Math.BigInteger Modulus = new(1, SrpGroup.Rfc5054_3072.Pad(SrpGroup.Rfc5054_3072.N));

    public string Name => "BouncyCastle";

    public (byte[] Power, double Seconds) Measure(byte[] basis, byte[] exponent, int count)
    {
        var x = new Org.BouncyCastle.Math.BigInteger(1, basis);
        var y = new Org.BouncyCastle.Math.BigInteger(1, exponent);
        Org.BouncyCastle.Math.BigInteger power = Org.BouncyCastle.Math.BigInteger.Zero;
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
            power = x.ModPow(y, Modulus);
        return (power.ToByteArrayUnsigned(), clock.Elapsed.TotalSeconds);
    }

    public void Dispose()
    {
    }
}
