using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EspProv.Srp.Montgomery;

/// <summary>A table of numbers whose reads do not reveal the index through the caches.</summary>
internal static unsafe class MontgomeryTable
{
    /// <summary>The most entries of a table; their number is even.</summary>
    private const int MaxEntries = 64;

    /// <summary>Makes <paramref name="value"/> the entry <paramref name="index"/>, packed into 32 bits a limb.</summary>
    public static void Set(uint* table, int limbs, int index, ulong* value)
    {
        uint* entry = table + index * limbs;
        for (int i = 0; i < limbs; i++)
            entry[i] = (uint)value[i];
    }

    /// <summary>Copies the entry <paramref name="index"/>, which is no secret, to <paramref name="result"/>.</summary>
    public static void Get(uint* table, int limbs, int index, ulong* result)
    {
        uint* entry = table + index * limbs;
        for (int i = 0; i < limbs; i++)
            result[i] = entry[i];
    }

    /// <summary>
    /// Copies the entry <paramref name="index"/> to <paramref name="result"/>: every entry is read, and one selected by a mask.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Select(uint* table, int entries, int limbs, int index, ulong* result)
    {
        // One mask for each entry, then every limb of every entry through its mask.
        Vector512<uint>* masks = stackalloc Vector512<uint>[MaxEntries];
        var wanted = Vector512.Create((uint)index);
        for (int i = 0; i < entries; i++)
            masks[i] = Vector512.Equals(Vector512.Create((uint)i), wanted);

        for (int limb = 0; limb < limbs; limb += Vector512<uint>.Count)
        {
            Vector512<uint> even = Vector512<uint>.Zero;
            Vector512<uint> odd = Vector512<uint>.Zero;
            uint* entry = table + limb;
            for (int i = 0; i < entries; i += 2, entry += 2 * limbs)
            {
                even |= Vector512.Load(entry) & masks[i];
                odd |= Vector512.Load(entry + limbs) & masks[i + 1];
            }

            (Vector512<ulong> lower, Vector512<ulong> upper) = Vector512.Widen(even | odd);
            lower.Store(result + limb);
            upper.Store(result + limb + Vector512<ulong>.Count);
        }

        new Span<Vector512<uint>>(masks, entries).Clear();
    }
}
