using System.Numerics;

namespace EspProv.Tests.Fuzz;

/// <summary>SplitMix64: cheap to start at any number, so that every input of a run can be made again by itself.</summary>
internal sealed class FuzzRandom(ulong state)
{
    private ulong _state = state;

    /// <summary>The source for one input of a run.</summary>
    public static FuzzRandom For(ulong seed, string target, long iteration)
    {
        ulong hash = seed ^ 0xCBF29CE484222325;
        foreach (char letter in target)
            hash = (hash ^ letter) * 0x100000001B3;
        return new FuzzRandom(BitOperations.RotateLeft(hash, 17) + ((ulong)iteration * 0x9E3779B97F4A7C15));
    }

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>0 to <paramref name="limit"/> − 1; 0 for a limit of 0.</summary>
    public int Below(int limit) => limit <= 1 ? 0 : (int)(Next() % (ulong)limit);

    /// <summary>True once in <paramref name="times"/> times.</summary>
    public bool Once(int times) => Below(times) == 0;

    public byte Byte() => (byte)Next();

    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
            bytes[i] = Byte();
        return bytes;
    }

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];
}
