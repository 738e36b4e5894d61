using System.Numerics;
using EspProv.Srp;
using EspProv.Srp.Montgomery;

namespace EspProv.Tests.Srp.Montgomery;

/// <summary>Powers held against BouncyCastle, which neither the code under test nor its other oracle has a part in.</summary>
public class PowerTests
{
    private static readonly byte[] N = SrpGroup.Rfc5054_3072.Pad(SrpGroup.Rfc5054_3072.N);

    [Theory]
    [InlineData(nameof(MontgomeryKernel.Portable))]
    [InlineData(nameof(MontgomeryKernel.Avx2))]
    [InlineData(nameof(MontgomeryKernel.Avx512))]
    public void Powers_of_random_and_edge_bases_are_those_of_BouncyCastle(string kernel)
    {
        var modulus = new MontgomeryModulus(N, Enum.Parse<MontgomeryKernel>(kernel));
        var random = new Random(5);
        byte[] result = new byte[N.Length];
        foreach (byte[] basis in Numbers.Edges(N).Concat(Enumerable.Range(0, 20).Select(_ => Numbers.Random(random, N.Length))))
        {
            byte[] exponent = Numbers.Random(random, random.Next(1, 40));
            MontgomeryPower.Power(modulus, basis, exponent, result);
            Assert.Equal(BouncyCastle(basis, exponent, N), result);
        }

        byte[] longest = Numbers.Random(random, 129);
        MontgomeryPower.Power(modulus, N.AsSpan(1), longest, result);
        Assert.Equal(BouncyCastle(N.AsSpan(1).ToArray(), longest, N), result);
    }

    [Fact]
    public void Powers_of_the_generator_are_those_of_BouncyCastle_before_and_after_the_table_is_built()
    {
        var powers = new MontgomeryFixedBase(new MontgomeryModulus(N), [5], 64);
        var random = new Random(11);
        byte[] result = new byte[N.Length];
        byte[][] edges = [new byte[64], [1], [2], [0, 0, 1, 0], [], Filled(64), Filled(1), Filled(32), Filled(65), Filled(200)];
        foreach (byte[] exponent in edges.Concat(Enumerable.Range(0, 150).Select(_ => Numbers.Random(random, random.Next(1, 66)))))
        {
            powers.Power(exponent, result);
            Assert.Equal(BouncyCastle([5], exponent, N), result);
        }
    }

    [Fact]
    public void A_single_bit_of_the_exponent_picks_the_right_entry_of_the_table()
    {
        var powers = new MontgomeryFixedBase(new MontgomeryModulus(N), [5], 64);
        powers.Prepare();
        byte[] result = new byte[N.Length];
        var n = new BigInteger(N, isUnsigned: true, isBigEndian: true);
        BigInteger expected = 5;
        for (int bit = 0; bit < 512; bit++)
        {
            byte[] exponent = new byte[64];
            exponent[63 - bit / 8] = (byte)(1 << bit % 8);
            powers.Power(exponent, result);
            Assert.Equal(expected, new BigInteger(result, isUnsigned: true, isBigEndian: true));
            expected = expected * expected % n;
        }
    }

    [Fact]
    public void Tables_for_exponents_and_moduli_of_any_length_are_right()
    {
        var random = new Random(17);
        for (int length = 1; length < 40; length++)
        {
            byte[] n = Numbers.Random(random, length);
            n[0] |= 1;
            n[^1] |= 3;
            byte[] basis = Numbers.Random(random, length);
            int exponentLength = 1 + random.Next(12);
            var powers = new MontgomeryFixedBase(new MontgomeryModulus(n), basis, exponentLength);
            powers.Prepare();
            for (int i = 0; i < 20; i++)
            {
                byte[] exponent = Numbers.Random(random, exponentLength);
                byte[] result = new byte[length];
                powers.Power(exponent, result);
                Assert.Equal(BouncyCastle(basis, exponent, n), result);
            }
        }
    }

    [Fact]
    public void The_groups_power_agrees_with_System_Numerics_for_exponents_of_a_session()
    {
        SrpGroup group = SrpGroup.Rfc5054_3072;
        var random = new Random(23);
        foreach (int length in (int[])[0, 1, 31, 32, 33, 64, 128, 129])
        {
            var exponent = new BigInteger(Numbers.Random(random, length), isUnsigned: true, isBigEndian: true);
            BigInteger basis = new BigInteger(Numbers.Random(random, 384), isUnsigned: true, isBigEndian: true) % group.N;
            Assert.Equal(BigInteger.ModPow(basis, exponent, group.N), ModularPower.Pow(basis, exponent, group));
            Assert.Equal(BigInteger.ModPow(5, exponent, group.N), ModularPower.PowG(exponent, group));
        }
    }

    [Fact]
    public async Task Many_threads_may_use_one_table_from_its_first_moment()
    {
        var powers = new MontgomeryFixedBase(new MontgomeryModulus(N), [5], 64);
        byte[][] results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() =>
        {
            byte[] result = new byte[N.Length];
            powers.Power(Exponent(i), result);
            return result;
        })));
        for (int i = 0; i < results.Length; i++)
            Assert.Equal(BouncyCastle([5], Exponent(i), N), results[i]);

        static byte[] Exponent(int seed) => Numbers.Random(new Random(seed), 64);
    }

    private static byte[] BouncyCastle(byte[] basis, byte[] exponent, byte[] n)
    {
        static Org.BouncyCastle.Math.BigInteger Number(byte[] bytes) => new(1, bytes);
        byte[] power = Number(basis).ModPow(Number(exponent), Number(n)).ToByteArrayUnsigned();
        byte[] padded = new byte[n.Length];
        power.CopyTo(padded, n.Length - power.Length);
        return padded;
    }

    private static byte[] Filled(int length)
    {
        byte[] bytes = new byte[length];
        Array.Fill(bytes, (byte)0xff);
        return bytes;
    }
}
