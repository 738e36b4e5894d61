using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EspProv.Srp.Montgomery;

/// <summary>Montgomery multiplication modulo an odd N of up to 391 bytes: a · b · R⁻¹ mod N with R = 2^(28·L).</summary>
/// <remarks>
/// <para>
/// Numbers are L limbs of 28 bits, least significant first, each in a 64-bit word. A product of two limbs has 56 bits, and a column of the
/// schoolbook product receives at most 2·L of them (a·b and q·N), so with L ≤ 112 a column never overflows its word: no carries are needed
/// inside the multiplication, and eight columns fit one register of AVX-512, or four one of AVX2.
/// </para>
/// <para>
/// Values are kept below 2·N rather than N: R &gt; 4·N makes (a·b + q·N) / R &lt; 2·N again, so no final subtraction,
/// and no branch that would tell it happened, is needed. Only <see cref="FromMontgomery"/> reduces fully, with a mask.
/// </para>
/// <para>
/// Timing: no branch and no address depends on a value. The multiplier's time does not depend on its operands on any processor with AVX2
/// that .NET supports.
/// </para>
/// </remarks>
internal sealed unsafe class MontgomeryModulus
{
    private const int LimbBits = 28;
    private const ulong LimbMask = (1UL << LimbBits) - 1;

    /// <summary>The largest block: as many limbs of the multiplier as an AVX-512 register has lanes.</summary>
    private const int MaxBlock = 8;

    /// <summary>L is a multiple of this, so that <see cref="MontgomeryTable"/> too has whole registers only.</summary>
    private const int LimbMultiple = 16;

    private const int MaxLimbs = 112;

    private readonly ulong[] _n;
    private readonly ulong[] _rSquared;
    private readonly ulong _negatedInverse;
    private readonly MontgomeryKernel _kernel;
    private readonly int _block;

    /// <summary>Prepares for the modulus <paramref name="n"/>.</summary>
    /// <param name="n">An odd number above 1, of at most 391 bytes, big endian.</param>
    /// <param name="kernel">The fastest form of the inner loop to use, where the processor has it.</param>
    /// <exception cref="ArgumentException">The modulus is not one that <see cref="Accepts"/> takes.</exception>
    public MontgomeryModulus(ReadOnlySpan<byte> n, MontgomeryKernel kernel = MontgomeryKernel.Avx512)
    {
        n = n.TrimStart((byte)0);
        if (!Accepts(n))
            throw new ArgumentException("The modulus must be an odd number above 1 of at most 391 bytes.", nameof(n));
        Limbs = LimbsFor(n.Length);
        Length = n.Length;
        _kernel = kernel >= MontgomeryKernel.Avx512 && Avx512F.IsSupported ? MontgomeryKernel.Avx512
            : kernel >= MontgomeryKernel.Avx2 && Avx2.IsSupported ? MontgomeryKernel.Avx2
            : MontgomeryKernel.Portable;
        _block = _kernel == MontgomeryKernel.Avx512 ? 8 : 4;
        _n = GC.AllocateArray<ulong>(Limbs + 2 * MaxBlock, pinned: true);
        _rSquared = GC.AllocateArray<ulong>(Limbs, pinned: true);
        Read(n, Pointer(_n) + MaxBlock);

        // Newton's iteration doubles the correct low bits of N⁻¹ mod 2^28: 3, 6, 12, 24, 48.
        ulong inverse = _n[MaxBlock];
        for (int i = 0; i < 4; i++)
            inverse = unchecked(inverse * (2 - _n[MaxBlock] * inverse));
        _negatedInverse = unchecked(0 - inverse) & LimbMask;

        var modulus = new BigInteger(n, isUnsigned: true, isBigEndian: true);
        BigInteger rSquared = BigInteger.One << (2 * LimbBits * Limbs);
        Read((rSquared % modulus).ToByteArray(isUnsigned: true, isBigEndian: true), Pointer(_rSquared));
    }

    /// <summary>Whether <paramref name="n"/>, big endian, can be a modulus here.</summary>
    public static bool Accepts(ReadOnlySpan<byte> n)
    {
        n = n.TrimStart((byte)0);
        return !n.IsEmpty && (n[^1] & 1) == 1 && !n.SequenceEqual((ReadOnlySpan<byte>)[1]) && LimbsFor(n.Length) <= MaxLimbs;
    }

    /// <summary>N's length in bytes.</summary>
    public int Length { get; }

    /// <summary>L: how many limbs a number takes.</summary>
    public int Limbs { get; }

    /// <summary>How many limbs of working memory <see cref="Multiply"/> needs.</summary>
    public int ScratchLimbs => 4 * Limbs + 8 * MaxBlock;

    /// <summary>
    /// <paramref name="result"/> = a · b · R⁻¹ mod N, below 2·N. The operands are below 2·N (or one of them below N and
    /// the other below R); the result may be either operand.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(ulong* a, ulong* b, ulong* result, ulong* scratch)
    {
        ulong* sum = scratch;
        ulong* multiplicand = scratch + Limbs + 2 * MaxBlock;
        new Span<ulong>(scratch, ScratchLimbs).Clear();
        new Span<ulong>(a, Limbs).CopyTo(new Span<ulong>(multiplicand, Limbs));
        for (int i = 0; i < Limbs; i += _block)
        {
            AddMultiples(sum, multiplicand, b + i, 0, Limbs, shift: 0);
            DivideBlock(sum);
        }

        Carry(sum, result);
    }

    /// <summary><paramref name="result"/> = a² · R⁻¹ mod N: as <see cref="Multiply"/>, with three quarters of its work.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Square(ulong* a, ulong* result, ulong* scratch)
    {
        int block = _block;
        ulong* sum = scratch;
        ulong* twice = sum + Limbs + 2 * MaxBlock;
        ulong* spread = twice + Limbs + 2 * MaxBlock; // the blocks of a with a block of zeros below and above each
        new Span<ulong>(scratch, ScratchLimbs).Clear();
        for (int i = 0; i < Limbs; i++)
            twice[i] = 2 * a[i];
        for (int i = 0; i < Limbs; i += block)
            new Span<ulong>(a + i, block).CopyTo(new Span<ulong>(spread + 2 * i, block));

        for (int i = 0; i < Limbs; i += block)
        {
            // A block is multiplied by itself once and by higher blocks twice; lower ones are done already. Where limbs of two blocks share
            // a column, the zeros of the spread number mask the unwanted one.
            AddMultiples(sum, spread + i, a + i, i, i + block, shift: 0);
            AddMultiples(sum, spread + i + block, twice + i, i + block, i + block, shift: 0);
            AddMultiples(sum, twice, a + i, i + 2 * block, Limbs, shift: 0);
            DivideBlock(sum);
        }

        Carry(sum, result);
    }

    /// <summary><paramref name="result"/> = the Montgomery form of a big-endian number, reduced modulo N.</summary>
    /// <param name="value">Any number of at most <see cref="Length"/> bytes, N and above included.</param>
    /// <param name="result">Receives value · R mod N.</param>
    /// <param name="scratch"><see cref="ScratchLimbs"/> of working memory.</param>
    public void ToMontgomery(ReadOnlySpan<byte> value, ulong* result, ulong* scratch)
    {
        if (value.Length > Length)
            throw new ArgumentException("The number is longer than the modulus.", nameof(value));
        Read(value, result);
        Multiply(result, Pointer(_rSquared), result, scratch);
    }

    /// <summary>
    /// Turns <paramref name="value"/> back into a number below N, as <see cref="Length"/> bytes, big endian. The value
    /// itself is overwritten.
    /// </summary>
    public void FromMontgomery(ulong* value, Span<byte> result, ulong* scratch)
    {
        if (result.Length != Length)
            throw new ArgumentException("The result must be as long as the modulus.", nameof(result));

        // Multiplying by 1 leaves a number of at most N, so one subtraction at most is left, chosen by mask.
        ulong* n = Pointer(_n) + MaxBlock;
        ulong* product = stackalloc ulong[MaxLimbs];
        ulong* reduced = stackalloc ulong[MaxLimbs];
        ulong* one = product;
        new Span<ulong>(one, Limbs).Clear();
        one[0] = 1;
        Multiply(value, one, value, scratch);
        ulong borrow = 0;
        for (int i = 0; i < Limbs; i++)
        {
            ulong difference = unchecked(value[i] - n[i] - borrow);
            reduced[i] = difference & LimbMask;
            borrow = difference >> 63;
        }

        ulong keep = unchecked(0 - borrow);
        for (int i = 0; i < Limbs; i++)
            value[i] = (value[i] & keep) | (reduced[i] & ~keep);
        new Span<ulong>(reduced, Limbs).Clear();
        Write(value, result);
        GC.KeepAlive(this);
    }

    /// <summary>sum = (sum + N·q) / 2^(28·block), with the q that makes the division exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DivideBlock(ulong* sum)
    {
        ulong* n = Pointer(_n) + MaxBlock;
        ulong* q = stackalloc ulong[MaxBlock];
        ulong carry = FindQuotients(sum, n, q);
        AddMultiples(sum, n, q, _block, Limbs, shift: _block);
        sum[0] += carry;
        new Span<ulong>(sum + Limbs, _block).Clear();
    }

    /// <summary>
    /// Finds the limbs q that make the lowest columns of sum + N·q vanish, and returns what these columns carry into the next. Each q
    /// depends on the previous ones: a long dependency chain, which the processor overlaps with the independent columns of
    /// <see cref="AddMultiples"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong FindQuotients(ulong* sum, ulong* n, ulong* q)
    {
        ulong inverse = _negatedInverse;
        ulong n0 = n[0], n1 = n[1], n2 = n[2], n3 = n[3];
        ulong t = sum[0];
        ulong q0 = t * inverse & LimbMask;
        t = (t + n0 * q0 >> LimbBits) + sum[1] + n1 * q0;
        ulong q1 = t * inverse & LimbMask;
        t = (t + n0 * q1 >> LimbBits) + sum[2] + n2 * q0 + n1 * q1;
        ulong q2 = t * inverse & LimbMask;
        t = (t + n0 * q2 >> LimbBits) + sum[3] + n3 * q0 + n2 * q1 + n1 * q2;
        ulong q3 = t * inverse & LimbMask;
        (q[0], q[1], q[2], q[3]) = (q0, q1, q2, q3);
        if (_block == 4)
            return t + n0 * q3 >> LimbBits;

        ulong n4 = n[4], n5 = n[5], n6 = n[6], n7 = n[7];
        t = (t + n0 * q3 >> LimbBits) + sum[4] + n4 * q0 + n3 * q1 + n2 * q2 + n1 * q3;
        ulong q4 = t * inverse & LimbMask;
        t = (t + n0 * q4 >> LimbBits) + sum[5] + n5 * q0 + n4 * q1 + n3 * q2 + n2 * q3 + n1 * q4;
        ulong q5 = t * inverse & LimbMask;
        t = (t + n0 * q5 >> LimbBits) + sum[6] + n6 * q0 + n5 * q1 + n4 * q2 + n3 * q3 + n2 * q4 + n1 * q5;
        ulong q6 = t * inverse & LimbMask;
        t = (t + n0 * q6 >> LimbBits) + sum[7] + n7 * q0 + n6 * q1 + n5 * q2 + n4 * q3 + n3 * q4 + n2 * q5 + n1 * q6;
        ulong q7 = t * inverse & LimbMask;
        (q[4], q[5], q[6], q[7]) = (q4, q5, q6, q7);
        return t + n0 * q7 >> LimbBits;
    }

    /// <summary>
    /// sum[j − shift …] = sum[j …] + the columns j … of x · y for one block y, for j from <paramref name="from"/> to
    /// <paramref name="to"/> in steps of a block.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddMultiples(ulong* sum, ulong* x, ulong* y, int from, int to, int shift)
    {
        if (_kernel == MontgomeryKernel.Avx512)
        {
            Vector512<uint> y0 = Vector512.Create(y[0]).AsUInt32();
            Vector512<uint> y1 = Vector512.Create(y[1]).AsUInt32();
            Vector512<uint> y2 = Vector512.Create(y[2]).AsUInt32();
            Vector512<uint> y3 = Vector512.Create(y[3]).AsUInt32();
            Vector512<uint> y4 = Vector512.Create(y[4]).AsUInt32();
            Vector512<uint> y5 = Vector512.Create(y[5]).AsUInt32();
            Vector512<uint> y6 = Vector512.Create(y[6]).AsUInt32();
            Vector512<uint> y7 = Vector512.Create(y[7]).AsUInt32();
            for (int j = from; j <= to; j += 8)
            {
                var even = Vector512.Load(sum + j);
                Vector512<ulong> odd = Avx512F.Multiply(Vector512.Load(x + j - 1).AsUInt32(), y1);
                even += Avx512F.Multiply(Vector512.Load(x + j).AsUInt32(), y0);
                odd += Avx512F.Multiply(Vector512.Load(x + j - 3).AsUInt32(), y3);
                even += Avx512F.Multiply(Vector512.Load(x + j - 2).AsUInt32(), y2);
                odd += Avx512F.Multiply(Vector512.Load(x + j - 5).AsUInt32(), y5);
                even += Avx512F.Multiply(Vector512.Load(x + j - 4).AsUInt32(), y4);
                odd += Avx512F.Multiply(Vector512.Load(x + j - 7).AsUInt32(), y7);
                even += Avx512F.Multiply(Vector512.Load(x + j - 6).AsUInt32(), y6);
                (even + odd).Store(sum + j - shift);
            }
        }
        else if (_kernel == MontgomeryKernel.Avx2)
        {
            Vector256<uint> y0 = Vector256.Create(y[0]).AsUInt32();
            Vector256<uint> y1 = Vector256.Create(y[1]).AsUInt32();
            Vector256<uint> y2 = Vector256.Create(y[2]).AsUInt32();
            Vector256<uint> y3 = Vector256.Create(y[3]).AsUInt32();
            for (int j = from; j <= to; j += 4)
            {
                var even = Vector256.Load(sum + j);
                Vector256<ulong> odd = Avx2.Multiply(Vector256.Load(x + j - 1).AsUInt32(), y1);
                even += Avx2.Multiply(Vector256.Load(x + j).AsUInt32(), y0);
                odd += Avx2.Multiply(Vector256.Load(x + j - 3).AsUInt32(), y3);
                even += Avx2.Multiply(Vector256.Load(x + j - 2).AsUInt32(), y2);
                (even + odd).Store(sum + j - shift);
            }
        }
        else
        {
            for (int j = from; j < to + 4; j++)
                sum[j - shift] = sum[j] + x[j] * y[0] + x[j - 1] * y[1] + x[j - 2] * y[2] + x[j - 3] * y[3];
        }
    }

    /// <summary>Normalises columns to limbs of 28 bits.</summary>
    private void Carry(ulong* sum, ulong* result)
    {
        ulong carry = 0;
        for (int i = 0; i < Limbs; i++)
        {
            carry += sum[i];
            result[i] = carry & LimbMask;
            carry >>= LimbBits;
        }

        GC.KeepAlive(this); // N is read through a pointer
    }

    /// <summary>Limbs for any number of that many bytes and two more bits, so that R &gt; 4·N.</summary>
    private static int LimbsFor(int length)
    {
        int limbs = (length * 8 + 2 + LimbBits - 1) / LimbBits;
        return (limbs + LimbMultiple - 1) / LimbMultiple * LimbMultiple;
    }

    private void Read(ReadOnlySpan<byte> value, ulong* limbs)
    {
        new Span<ulong>(limbs, Limbs).Clear();
        for (int i = 0; i < value.Length; i++)
        {
            ulong digit = value[value.Length - 1 - i];
            int limb = 8 * i / LimbBits, shift = 8 * i % LimbBits;
            limbs[limb] |= digit << shift & LimbMask;
            if (shift > LimbBits - 8)
                limbs[limb + 1] |= digit >> (LimbBits - shift);
        }
    }

    private static void Write(ulong* limbs, Span<byte> value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            int limb = 8 * i / LimbBits, shift = 8 * i % LimbBits;
            ulong digit = limbs[limb] >> shift;
            if (shift > LimbBits - 8)
                digit |= limbs[limb + 1] << (LimbBits - shift);
            value[value.Length - 1 - i] = (byte)digit;
        }
    }

    /// <summary>The limbs of an array that is pinned for life.</summary>
    private static ulong* Pointer(ulong[] pinned) =>
        (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));
}

/// <summary>Forms of the inner loop of <see cref="MontgomeryModulus"/>, slowest first.</summary>
internal enum MontgomeryKernel
{
    /// <summary>Ordinary 64-bit arithmetic, for any processor.</summary>
    Portable,

    /// <summary>Four columns at once.</summary>
    Avx2,

    /// <summary>Eight columns at once.</summary>
    Avx512,
}
