using System.Numerics;
using System.Security.Cryptography;
using EspProv.Srp.Montgomery;

namespace EspProv.Srp;

/// <summary>
/// The server of one SRP-6a exchange: send salt and <see cref="B"/>, receive A, check M1, answer with M2. It knows the verifier,
/// never the password. One instance serves one exchange.
/// </summary>
/// <remarks>
/// The arithmetic is done on <see cref="BigInteger"/>, whose buffers cannot be zeroed; b and S live there until collected.
/// </remarks>
public sealed class SrpServer : IDisposable
{
    private readonly SrpGroup _group;
    private readonly byte[] _username;
    private readonly byte[] _salt;
    private readonly byte[] _publicKey;
    private readonly BigInteger _v;
    private BigInteger _b;
    private byte[]? _clientKey;
    private byte[]? _k;
    private bool _disposed;

    /// <summary>Draws b and computes B = k·v + g^b.</summary>
    /// <param name="group">Group and hash.</param>
    /// <param name="username">UTF-8, from the client or the server's configuration; M1 covers it.</param>
    /// <param name="salt">As it is sent to the client.</param>
    /// <param name="verifier">v, big-endian, with or without leading zero bytes.</param>
    /// <param name="random">Asked for 32 bytes.</param>
    /// <exception cref="CryptographicException">B mod N = 0, or the verifier is longer than N or 0 modulo N.</exception>
    public SrpServer(
        SrpGroup group,
        ReadOnlySpan<byte> username,
        ReadOnlySpan<byte> salt,
        ReadOnlySpan<byte> verifier,
        IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(random);
        _group = group;
        _username = username.ToArray();
        _salt = salt.ToArray();
        _v = SrpHandshake.ReadPublicValue(group, verifier, "v");
        _b = SrpHandshake.DrawEphemeral(random);
        BigInteger B = ((group.Multiplier * _v) + ModularPower.PowG(_b, group)) % group.N;
        if (B.IsZero)
            throw new CryptographicException("The SRP public value B is zero modulo N.");
        _publicKey = B.ToByteArray(isUnsigned: true, isBigEndian: true);
    }

    /// <summary>B without leading zero bytes: of the group's length, and shorter 1 time in 256.</summary>
    public ReadOnlySpan<byte> B => _publicKey;

    /// <summary>K = H(S), once <see cref="ReceiveClientKey"/> was called.</summary>
    /// <exception cref="InvalidOperationException">It was not called.</exception>
    public ReadOnlySpan<byte> K
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _k ?? throw new InvalidOperationException("There is no session key before the client's public key came.");
        }
    }

    /// <summary>Takes the client's A, as received, and computes S and K.</summary>
    /// <exception cref="CryptographicException">The exchange must be abandoned: A mod N = 0, u = 0, or A is longer than N.</exception>
    /// <exception cref="InvalidOperationException">A key was received before.</exception>
    public void ReceiveClientKey(ReadOnlySpan<byte> a)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_k is not null)
            throw new InvalidOperationException("An SRP server serves one exchange; create a new one.");
        BigInteger A = SrpHandshake.ReadPublicValue(_group, a, nameof(A));
        BigInteger u = SrpHandshake.ComputeU(_group, a, B);

        // S = (A · v^u)^b mod N
        BigInteger S = ModularPower.Pow(A * ModularPower.Pow(_v, u, _group) % _group.N, _b, _group);

        _k = SrpHandshake.ComputeK(_group, S);
        _b = BigInteger.Zero;
        _clientKey = a.ToArray();
    }

    /// <summary>Checks the client's proof M1 in constant time.</summary>
    /// <param name="m1">As received.</param>
    /// <returns>The server's proof M2; null when the client's proof is wrong.</returns>
    /// <exception cref="InvalidOperationException"><see cref="ReceiveClientKey"/> was not called.</exception>
    public byte[]? VerifyClientProof(ReadOnlySpan<byte> m1)
    {
        byte[] expected = SrpHandshake.ComputeM1(_group, _username, _salt, _clientKey, B, K);
        return CryptographicOperations.FixedTimeEquals(m1, expected)
            ? SrpHandshake.ComputeM2(_group, _clientKey, expected, K)
            : null;
    }

    /// <summary>Zeroes the session key.</summary>
    public void Dispose()
    {
        _disposed = true;
        _b = BigInteger.Zero;
        CryptographicOperations.ZeroMemory(_k);
    }
}
