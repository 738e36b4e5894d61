using System.Numerics;
using EspProv.Srp;
using EspProv.Srp.Montgomery;

namespace EspProv.Tests.Srp.Montgomery;

/// <summary>Products and squares held against System.Numerics, with each form of the inner loop that this processor has.</summary>
public unsafe class MontgomeryModulusTests
{
    private static readonly byte[] N = SrpGroup.Rfc5054_3072.Pad(SrpGroup.Rfc5054_3072.N);

    [Theory]
    [InlineData(nameof(MontgomeryKernel.Portable), 15_000)]
    [InlineData(nameof(MontgomeryKernel.Avx2), 40_000)]
    [InlineData(nameof(MontgomeryKernel.Avx512), 40_000)]
    public void Products_and_squares_of_random_and_edge_numbers_are_those_of_System_Numerics(string kernel, int count)
    {
        var modulus = new MontgomeryModulus(N, Enum.Parse<MontgomeryKernel>(kernel));
        var check = new ProductCheck(modulus, N);
        var random = new Random(3072);
        byte[][] edges = [.. Numbers.Edges(N)];
        foreach (byte[] a in edges)
        {
            foreach (byte[] b in edges)
                check.Product(a, b);
        }

        for (int i = 0; i < count; i++)
        {
            byte[] a = Numbers.Random(random, N.Length);
            check.Product(a, i % 8 == 0 ? edges[i / 8 % edges.Length] : Numbers.Random(random, N.Length));
            check.Square(a);
        }
    }

    [Theory]
    [InlineData(nameof(MontgomeryKernel.Portable))]
    [InlineData(nameof(MontgomeryKernel.Avx2))]
    [InlineData(nameof(MontgomeryKernel.Avx512))]
    public void Any_odd_modulus_of_up_to_391_bytes_will_do(string kernel)
    {
        var random = new Random(391);
        for (int length = 1; length <= 391; length++)
        {
            byte[] n = Numbers.Random(random, length);
            n[^1] |= 3;
            n[0] |= 1;
            var modulus = new MontgomeryModulus(n, Enum.Parse<MontgomeryKernel>(kernel));
            var check = new ProductCheck(modulus, n);
            byte[][] edges = [.. Numbers.Edges(n)];
            for (int i = 0; i < 20; i++)
            {
                check.Product(Numbers.Random(random, length), edges[random.Next(edges.Length)]);
                check.Square(edges[random.Next(edges.Length)]);
                check.Square(Numbers.Random(random, length));
            }
        }
    }

    [Fact]
    public void A_chain_of_products_stays_right_without_reductions_in_between()
    {
        var modulus = new MontgomeryModulus(N);
        var n = new BigInteger(N, isUnsigned: true, isBigEndian: true);
        using var memory = new MontgomeryMemory(2 * modulus.Limbs + modulus.ScratchLimbs);
        ulong* factor = memory.Limbs;
        ulong* product = factor + modulus.Limbs;
        ulong* scratch = product + modulus.Limbs;
        var random = new Random(7);
        byte[] a = Numbers.Random(random, N.Length);
        modulus.ToMontgomery(a, factor, scratch);
        modulus.ToMontgomery(a, product, scratch);
        for (int i = 0; i < 5_000; i++)
        {
            if (i % 2 == 0)
                modulus.Multiply(product, factor, product, scratch);
            else
                modulus.Square(product, product, scratch);
        }

        BigInteger expected = new BigInteger(a, isUnsigned: true, isBigEndian: true) % n;
        BigInteger basis = expected;
        for (int i = 0; i < 5_000; i++)
            expected = i % 2 == 0 ? expected * basis % n : expected * expected % n;

        byte[] result = new byte[N.Length];
        modulus.FromMontgomery(product, result, scratch);
        Assert.Equal(expected, new BigInteger(result, isUnsigned: true, isBigEndian: true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("0001")]
    [InlineData("04")]
    public void A_modulus_that_is_even_or_below_3_is_refused(string hex)
    {
        byte[] n = Convert.FromHexString(hex);
        Assert.False(MontgomeryModulus.Accepts(n));
        Assert.Throws<ArgumentException>(() => new MontgomeryModulus(n));
    }

    [Fact]
    public void A_modulus_that_is_too_long_is_refused()
    {
        byte[] n = new byte[392];
        Array.Fill(n, (byte)0xff);
        Assert.False(MontgomeryModulus.Accepts(n));
        Assert.Throws<ArgumentException>(() => new MontgomeryModulus(n));
        Assert.True(MontgomeryModulus.Accepts(n.AsSpan(1)));
    }

    /// <summary>One modulus with its working memory and the two numbers of the oracle.</summary>
    private sealed class ProductCheck(MontgomeryModulus modulus, byte[] n)
    {
        private readonly BigInteger _n = new(n, isUnsigned: true, isBigEndian: true);
        private readonly byte[] _result = new byte[modulus.Length];

        public void Product(byte[] a, byte[] b)
        {
            using var memory = new MontgomeryMemory(2 * modulus.Limbs + modulus.ScratchLimbs);
            ulong* x = memory.Limbs;
            ulong* y = x + modulus.Limbs;
            ulong* scratch = y + modulus.Limbs;
            modulus.ToMontgomery(a, x, scratch);
            modulus.ToMontgomery(b, y, scratch);
            modulus.Multiply(x, y, x, scratch);
            modulus.FromMontgomery(x, _result, scratch);
            Compare(Number(a) * Number(b), a, b);
        }

        public void Square(byte[] a)
        {
            using var memory = new MontgomeryMemory(modulus.Limbs + modulus.ScratchLimbs);
            ulong* x = memory.Limbs;
            ulong* scratch = x + modulus.Limbs;
            modulus.ToMontgomery(a, x, scratch);
            modulus.Square(x, x, scratch);
            modulus.FromMontgomery(x, _result, scratch);
            Compare(Number(a) * Number(a), a, a);
        }

        private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

        private void Compare(BigInteger product, byte[] a, byte[] b)
        {
            if (product % _n != Number(_result))
                Assert.Fail($"{Convert.ToHexString(a)} * {Convert.ToHexString(b)} mod {_n:X}");
        }
    }
}
