using System.Numerics;

namespace EspProv.Tests.Srp.Montgomery;

/// <summary>Numbers to try arithmetic on, as big-endian bytes.</summary>
internal static class Numbers
{
    /// <summary>Uniform bytes, or now and then runs of zero and one bits, which make long carries.</summary>
    public static byte[] Random(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        if (random.Next(3) != 0)
            return bytes;

        for (int i = 0; i < length;)
        {
            int run = Math.Min(1 + random.Next(24), length - i);
            if (random.Next(2) == 0)
                bytes.AsSpan(i, run).Fill(random.Next(2) == 0 ? (byte)0 : (byte)0xff);
            i += run;
        }

        return bytes;
    }

    /// <summary>
    /// 0, 1, 2, N−2 … N+2 where they fit, all ones, single bits around the places where limbs meet, and limbs that are all
    /// zero or all one by turns, all of N's length.
    /// </summary>
    public static IEnumerable<byte[]> Edges(byte[] n)
    {
        var modulus = new BigInteger(n, isUnsigned: true, isBigEndian: true);
        BigInteger limit = BigInteger.One << (8 * n.Length);
        var values = new List<BigInteger> { 0, 1, 2, 5, modulus / 2, limit - 1 };
        for (int i = -2; i <= 2; i++)
            values.Add(modulus + i);
        for (int limb = 28; limb < 8 * n.Length; limb += 28 * 9)
        {
            values.Add(BigInteger.One << (limb - 1));
            values.Add(BigInteger.One << limb);
            values.Add((BigInteger.One << limb) - 1);
            values.Add(limit - (BigInteger.One << limb));
        }

        foreach (int width in (int[])[28, 64, 112, 224])
        {
            BigInteger ones = (BigInteger.One << width) - 1, stripes = 0;
            for (int bit = 0; bit < 8 * n.Length; bit += 2 * width)
                stripes |= ones << bit;
            values.Add(stripes);
            values.Add(stripes << width);
        }

        foreach (BigInteger value in values)
        {
            BigInteger fitting = value < 0 ? 0 : value % limit;
            byte[] bytes = new byte[n.Length];
            fitting.TryWriteBytes(bytes.AsSpan(n.Length - fitting.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
            yield return bytes;
        }
    }
}
