using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EspProv.Srp.Montgomery;

/// <summary>
/// Working memory of one exponentiation: aligned, outside the garbage collector's reach so that it leaves no copies,
/// and zeroed when it is given back, because every value in it follows from the exponent.
/// </summary>
internal readonly unsafe ref struct MontgomeryMemory
{
    private const nuint CacheLine = 64;

    private readonly int _length;

    /// <summary>Takes room for <paramref name="length"/> limbs, all zero.</summary>
    public MontgomeryMemory(int length)
    {
        _length = length;
        Limbs = (ulong*)NativeMemory.AlignedAlloc((nuint)length * sizeof(ulong), CacheLine);
        Unsafe.InitBlockUnaligned(Limbs, 0, (uint)(length * sizeof(ulong)));
    }

    /// <summary>The first limb.</summary>
    public ulong* Limbs { get; }

    /// <summary>Zeroes the memory and gives it back.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>(Limbs, _length * sizeof(ulong)));
        NativeMemory.AlignedFree(Limbs);
    }
}
