using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EspProv.Srp;

/// <summary>A table of numbers that is read without telling the processor's caches which entry is wanted.</summary>
internal static unsafe class MontgomeryTable
{
    /// <summary>Makes <paramref name="value"/> the entry <paramref name="index"/>, packed into 32 bits a limb.</summary>
    public static void Set(uint* table, int limbs, int index, ulong* value)
    {
        var entry = table + index * limbs;
        for (var i = 0; i < limbs; i++)
            entry[i] = (uint)value[i];
    }

    /// <summary>
    /// Copies the entry <paramref name="index"/> to <paramref name="result"/>: every entry is read, and one kept by mask.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Select(uint* table, int entries, int limbs, int index, ulong* result)
    {
        var wanted = Vector512.Create((uint)index);
        var one = Vector512.Create(1u);
        for (var limb = 0; limb < limbs; limb += Vector512<uint>.Count)
        {
            var kept = Vector512<uint>.Zero;
            var current = Vector512<uint>.Zero;
            var entry = table + limb;
            for (var i = 0; i < entries; i++, entry += limbs, current += one)
                kept |= Vector512.Load(entry) & Vector512.Equals(current, wanted);
            var (lower, upper) = Vector512.Widen(kept);
            lower.Store(result + limb);
            upper.Store(result + limb + Vector512<ulong>.Count);
        }
    }
}
