namespace EspProv.Srp.Montgomery;

/// <summary>
/// Powers of one base modulo N for exponents of up to a fixed length, by the comb of Lim and Lee: the exponent is laid
/// out as <see cref="Teeth"/> rows, a column of bits picks one precomputed product, and few squarings are left.
/// </summary>
/// <remarks>
/// <para>
/// The table costs about as much as two powers, so it is built on the third, and the first call of a process is no
/// slower than without it; <see cref="Prepare"/> builds it at once, before a batch.
/// </para>
/// <para>
/// Timing: as in <see cref="MontgomeryPower"/>, nothing depends on the exponent's value, and table entries are read by
/// mask. Generating credentials offline would not need this, but the same code computes a session's g^a, and the mask costs little.
/// </para>
/// </remarks>
internal sealed unsafe class MontgomeryFixedBase
{
    private const int Teeth = 6;
    private const int Entries = 1 << Teeth;
    private const int MaxBlocks = 16;
    private const int UsesBeforeTable = 2;

    private readonly byte[] _base;
    private readonly int _exponentLength;
    private readonly int _columns;
    private readonly int _columnsPerBlock;
    private readonly int _blocks;
    private readonly Lazy<uint[]> _table;
    private int _uses;

    /// <summary>Prepares powers of <paramref name="baseValue"/> for exponents of up to <paramref name="exponentLength"/> bytes.</summary>
    public MontgomeryFixedBase(MontgomeryModulus modulus, ReadOnlySpan<byte> baseValue, int exponentLength)
    {
        Modulus = modulus;
        _base = baseValue.ToArray();
        _exponentLength = exponentLength;
        _columns = (8 * exponentLength + Teeth - 1) / Teeth;
        _columnsPerBlock = (_columns + MaxBlocks - 1) / MaxBlocks;
        _blocks = (_columns + _columnsPerBlock - 1) / _columnsPerBlock;
        _table = new Lazy<uint[]>(BuildTable);
    }

    /// <summary>N.</summary>
    public MontgomeryModulus Modulus { get; }

    /// <summary>Builds the table now if it is not there.</summary>
    public void Prepare() => _ = _table.Value;

    /// <summary><paramref name="result"/> = base ^ exponent mod N.</summary>
    /// <param name="exponent">Big endian; longer ones than the table's are computed without it.</param>
    /// <param name="result">As long as N; receives the power, big endian.</param>
    public void Power(ReadOnlySpan<byte> exponent, Span<byte> result)
    {
        if (exponent.Length > _exponentLength || (!_table.IsValueCreated && Interlocked.Increment(ref _uses) <= UsesBeforeTable))
        {
            MontgomeryPower.Power(Modulus, _base, exponent, result);
            return;
        }

        int limbs = Modulus.Limbs;
        using var memory = new MontgomeryMemory(2 * limbs + Modulus.ScratchLimbs);
        ulong* power = memory.Limbs;
        ulong* selected = power + limbs;
        ulong* scratch = selected + limbs;
        Modulus.ToMontgomery([1], power, scratch);
        fixed (uint* table = _table.Value)
        {
            for (int column = _columnsPerBlock - 1; column >= 0; column--)
            {
                if (column != _columnsPerBlock - 1)
                    Modulus.Square(power, power, scratch);
                for (int block = 0; block < _blocks; block++)
                {
                    int lowest = block * _columnsPerBlock + column;
                    if (lowest >= _columns)
                        continue;
                    int index = ExponentBits.Column(exponent, lowest, _columns, Teeth);
                    MontgomeryTable.Select(table + block * Entries * limbs, Entries, limbs, index, selected);
                    Modulus.Multiply(power, selected, power, scratch);
                }
            }
        }

        Modulus.FromMontgomery(power, result, scratch);
    }

    /// <summary>Entry u of block j is the product, over the bits i of u, of base ^ (2 ^ (i · columns + j · columnsPerBlock)).</summary>
    private uint[] BuildTable()
    {
        int limbs = Modulus.Limbs;
        uint[] result = new uint[_blocks * Entries * limbs];
        using var memory = new MontgomeryMemory(3 * limbs + Modulus.ScratchLimbs);
        ulong* power = memory.Limbs; // base ^ (2 ^ exponent)
        ulong* entry = power + limbs;
        ulong* product = entry + limbs;
        ulong* scratch = product + limbs;
        fixed (uint* table = result)
        {
            Modulus.ToMontgomery([1], entry, scratch);
            for (int block = 0; block < _blocks; block++)
                MontgomeryTable.Set(table + block * Entries * limbs, limbs, 0, entry);

            Modulus.ToMontgomery(_base, power, scratch);
            for (int exponent = 0, tooth = 0; tooth < Teeth; tooth++)
            {
                for (int block = 0; block < _blocks; block++)
                {
                    for (; exponent < tooth * _columns + block * _columnsPerBlock; exponent++)
                        Modulus.Square(power, power, scratch);
                    uint* entries = table + block * Entries * limbs;
                    for (int low = 0; low < 1 << tooth; low++)
                    {
                        MontgomeryTable.Get(entries, limbs, low, entry);
                        Modulus.Multiply(entry, power, product, scratch);
                        MontgomeryTable.Set(entries, limbs, (1 << tooth) + low, product);
                    }
                }
            }
        }

        return result;
    }
}
