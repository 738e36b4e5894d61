using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using EspProv.Srp.Montgomery;

namespace EspProv.Srp;

/// <summary>
/// The parameters of SRP-6a: the safe prime N, the generator g (RFC 5054 appendix A) and the hash H, with values derived from them.
/// </summary>
public sealed class SrpGroup
{
    /// <summary>Makes a group of a hexadecimal safe prime, a generator and a hash.</summary>
    /// <exception cref="FormatException"><paramref name="modulus"/> is not hexadecimal.</exception>
    /// <exception cref="CryptographicException">There is no hash of that name.</exception>
    public SrpGroup(string modulus, int generator, HashAlgorithmName hash)
    {
        // The leading zero prevents a negative number.
        N = BigInteger.Parse("0" + modulus, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        Generator = generator;
        Hash = hash;
        Length = N.GetByteCount(isUnsigned: true);

        byte[] n = Pad(N);
        byte[] g = Pad(Generator);
        using IncrementalHash h = CreateHash();
        HashLength = h.HashLengthInBytes;

        // k = H(N | PAD(g))
        h.AppendData(n);
        h.AppendData(g);
        Multiplier = new BigInteger(h.GetHashAndReset(), isUnsigned: true, isBigEndian: true);

        // H(N) xor H(PAD(g))
        h.AppendData(n);
        byte[] parameters = h.GetHashAndReset();
        h.AppendData(g);
        byte[] generatorHash = h.GetHashAndReset();
        for (int i = 0; i < parameters.Length; i++)
            parameters[i] ^= generatorHash[i];
        ParameterHash = parameters;

        if (MontgomeryModulus.Accepts(n))
            GeneratorPowers = new MontgomeryFixedBase(new MontgomeryModulus(n), g, HashLength);
    }

    /// <summary>The 3072-bit group with g = 5 and SHA-512: what security 2 uses (PROTOCOL.md §5).</summary>
    public static SrpGroup Rfc5054_3072 { get; } = new(
        "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
        "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
        "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
        "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
        "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
        "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
        "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
        "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
        generator: 5,
        HashAlgorithmName.SHA512);

    /// <summary>The modulus.</summary>
    public BigInteger N { get; }

    /// <summary>The generator.</summary>
    public BigInteger Generator { get; }

    /// <summary>The hash H.</summary>
    public HashAlgorithmName Hash { get; }

    /// <summary>N's length in bytes: the length of PAD's output.</summary>
    public int Length { get; }

    /// <summary>The length of H's output in bytes.</summary>
    public int HashLength { get; }

    /// <summary>k = H(N | PAD(g)).</summary>
    internal BigInteger Multiplier { get; }

    /// <summary>H(N) xor H(PAD(g)), the first part of M1.</summary>
    internal ReadOnlyMemory<byte> ParameterHash { get; }

    /// <summary>Powers of g, for exponents as long as x; null when N is too long for them.</summary>
    internal MontgomeryFixedBase? GeneratorPowers { get; }

    /// <summary>A new instance of H.</summary>
    internal IncrementalHash CreateHash() => IncrementalHash.CreateHash(Hash);

    /// <summary>PAD: big-endian, left-padded with zeros to <see cref="Length"/> bytes.</summary>
    internal byte[] Pad(BigInteger value)
    {
        byte[] padded = new byte[Length];
        value.TryWriteBytes(padded.AsSpan(Length - value.GetByteCount(isUnsigned: true)), out _, isUnsigned: true, isBigEndian: true);
        return padded;
    }
}
