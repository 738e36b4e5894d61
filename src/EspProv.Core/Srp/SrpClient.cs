using System.Numerics;
using System.Security.Cryptography;
using EspProv.Srp.Montgomery;

namespace EspProv.Srp;

/// <summary>
/// The client of one SRP-6a exchange: send <see cref="A"/>, receive salt and B, send <see cref="ComputeProof"/>'s M1, check
/// the server's M2. One instance serves one exchange.
/// </summary>
/// <remarks>
/// The arithmetic is done on <see cref="BigInteger"/>, whose buffers cannot be zeroed; a, x and S live there until collected.
/// </remarks>
public sealed class SrpClient : IDisposable
{
    private readonly SrpGroup _group;
    private readonly byte[] _publicKey;
    private BigInteger _a;
    private byte[]? _k;
    private byte[]? _expectedM2;
    private bool _disposed;

    /// <summary>
    /// Draws a and computes A = g^a. Draws again when A has a leading zero byte, so that A has one form only (PROTOCOL.md §5).
    /// </summary>
    /// <param name="group">Group and hash.</param>
    /// <param name="random">Asked for 32 bytes per draw.</param>
    public SrpClient(SrpGroup group, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(random);
        _group = group;
        do
        {
            _a = SrpHandshake.DrawEphemeral(random);
            _publicKey = group.Pad(ModularPower.PowG(_a, group));
        }
        while (_publicKey[0] == 0);
    }

    /// <summary>An exchange with a given a, even if A has a leading zero byte.</summary>
    internal SrpClient(SrpGroup group, ReadOnlySpan<byte> a)
    {
        _group = group;
        _a = new BigInteger(a, isUnsigned: true, isBigEndian: true);
        _publicKey = group.Pad(ModularPower.PowG(_a, group));
    }

    /// <summary>A, padded to the group's length.</summary>
    public ReadOnlySpan<byte> A => _publicKey;

    /// <summary>K = H(S), once <see cref="ComputeProof"/> was called.</summary>
    /// <exception cref="InvalidOperationException">It was not called.</exception>
    public ReadOnlySpan<byte> K
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _k ?? throw new InvalidOperationException("There is no session key before the proof was computed.");
        }
    }

    /// <summary>Computes S, K and the client's proof M1.</summary>
    /// <param name="username">UTF-8.</param>
    /// <param name="password">UTF-8.</param>
    /// <param name="salt">As received.</param>
    /// <param name="b">B as received.</param>
    /// <param name="useVendorToolHash">Drop the leading zero bytes of the inner hash of x, as the vendor's Python tool does.</param>
    /// <exception cref="CryptographicException">The exchange must be abandoned: B mod N = 0, u = 0, or B is longer than N.</exception>
    /// <exception cref="InvalidOperationException">The proof was computed before.</exception>
    public byte[] ComputeProof(
        ReadOnlySpan<byte> username,
        ReadOnlySpan<byte> password,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> b,
        bool useVendorToolHash = false)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_k is not null)
            throw new InvalidOperationException("An SRP client serves one exchange; create a new one.");
        BigInteger B = SrpHandshake.ReadPublicValue(_group, b, nameof(B));
        BigInteger u = SrpHandshake.ComputeU(_group, A, b);
        BigInteger x = SrpVerifier.ComputeX(_group, username, password, salt, useVendorToolHash);

        // S = (B − k·g^x)^(a + u·x) mod N, the base brought back into 0 … N−1
        BigInteger basis = (B - (_group.Multiplier * ModularPower.PowG(x, _group))) % _group.N;
        if (basis.Sign < 0)
            basis += _group.N;
        BigInteger S = ModularPower.Pow(basis, _a + (u * x), _group);

        _k = SrpHandshake.ComputeK(_group, S);
        _a = BigInteger.Zero;
        byte[] m1 = SrpHandshake.ComputeM1(_group, username, salt, A, b, _k);
        _expectedM2 = SrpHandshake.ComputeM2(_group, A, m1, _k);
        return m1;
    }

    /// <summary>Whether the server's proof M2 is the right one, compared in constant time. Only then is the server trusted.</summary>
    /// <exception cref="InvalidOperationException"><see cref="ComputeProof"/> was not called.</exception>
    public bool VerifyServerProof(ReadOnlySpan<byte> m2)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return CryptographicOperations.FixedTimeEquals(
            m2, _expectedM2 ?? throw new InvalidOperationException("The server proves itself after the client."));
    }

    /// <summary>Zeroes the session key.</summary>
    public void Dispose()
    {
        _disposed = true;
        _a = BigInteger.Zero;
        CryptographicOperations.ZeroMemory(_k);
        CryptographicOperations.ZeroMemory(_expectedM2);
    }
}
