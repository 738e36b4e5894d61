using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EspProv.Srp.Montgomery;

/// <summary>
/// Working memory of one exponentiation: aligned, outside the garbage collector's heap (no copies), and zeroed on disposal, because its
/// values depend on the exponent.
/// </summary>
internal readonly unsafe ref struct MontgomeryMemory
{
    private const nuint CacheLine = 64;

    private readonly int _length;

    /// <summary>Allocates <paramref name="length"/> zeroed limbs.</summary>
    public MontgomeryMemory(int length)
    {
        _length = length;
        Limbs = (ulong*)NativeMemory.AlignedAlloc((nuint)length * sizeof(ulong), CacheLine);
        Unsafe.InitBlockUnaligned(Limbs, 0, (uint)(length * sizeof(ulong)));
    }

    /// <summary>The first limb.</summary>
    public ulong* Limbs { get; }

    /// <summary>Zeroes and frees the memory.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>(Limbs, _length * sizeof(ulong)));
        NativeMemory.AlignedFree(Limbs);
    }
}
