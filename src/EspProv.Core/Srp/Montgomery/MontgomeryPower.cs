namespace EspProv.Srp.Montgomery;

/// <summary>Powers of any base modulo a <see cref="MontgomeryModulus"/>, by fixed windows of five bits.</summary>
/// <remarks>
/// Made for secret exponents: the sequence of multiplications depends on the exponent's length in bytes only, a zero window multiplies by
/// one, and every table entry is read, so neither time nor cache lines depend on the exponent. Memory is zeroed after use.
/// </remarks>
internal static unsafe class MontgomeryPower
{
    private const int WindowBits = 5;
    private const int Entries = 1 << WindowBits;

    /// <summary><paramref name="result"/> = base ^ exponent mod N.</summary>
    /// <param name="modulus">N.</param>
    /// <param name="baseValue">Big endian, at most as long as N; need not be below N.</param>
    /// <param name="exponent">Big endian, of any length; leading zero bytes are processed like others.</param>
    /// <param name="result">As long as N; receives the power, big endian.</param>
    public static void Power(MontgomeryModulus modulus, ReadOnlySpan<byte> baseValue, ReadOnlySpan<byte> exponent, Span<byte> result)
    {
        int limbs = modulus.Limbs;
        using var memory = new MontgomeryMemory(Entries * limbs / 2 + 3 * limbs + modulus.ScratchLimbs);
        uint* table = (uint*)memory.Limbs;
        ulong* power = memory.Limbs + Entries * limbs / 2;
        ulong* factor = power + limbs;
        ulong* selected = factor + limbs;
        ulong* scratch = selected + limbs;

        modulus.ToMontgomery(baseValue, factor, scratch);
        modulus.ToMontgomery([1], power, scratch);
        for (int i = 0; i < Entries; i++)
        {
            MontgomeryTable.Set(table, limbs, i, power);
            modulus.Multiply(power, factor, power, scratch);
        }

        modulus.ToMontgomery([1], power, scratch);
        int windows = (8 * exponent.Length + WindowBits - 1) / WindowBits;
        for (int window = windows - 1; window >= 0; window--)
        {
            if (window != windows - 1)
            {
                for (int i = 0; i < WindowBits; i++)
                    modulus.Square(power, power, scratch);
            }

            MontgomeryTable.Select(table, Entries, limbs, ExponentBits.Window(exponent, window * WindowBits, WindowBits), selected);
            modulus.Multiply(power, selected, power, scratch);
        }

        modulus.FromMontgomery(power, result, scratch);
    }
}
