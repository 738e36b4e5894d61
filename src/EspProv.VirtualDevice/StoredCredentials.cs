using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;

namespace EspProv.Virtual;

/// <summary>
/// Credentials stored between boots: the network's name, and a salted digest that verifies a passphrase without revealing it.
/// </summary>
internal sealed class StoredCredentials
{
    /// <summary>Length of the salt in bytes.</summary>
    public const int SaltLength = 16;

    /// <summary>Length of the digest in bytes.</summary>
    public const int DigestLength = 32;

    /// <summary>How often the digest of stored credentials in a file is iterated, to slow down guesses.</summary>
    public const int FileIterations = 10_000;

    private readonly byte[] _salt;
    private readonly byte[] _digest;
    private readonly int _iterations;

    /// <summary>Restores stored credentials.</summary>
    public StoredCredentials(byte[] ssid, byte[] salt, byte[] digest, int iterations = FileIterations) =>
        (Ssid, _salt, _digest, _iterations) = (ssid, salt, digest, iterations);

    /// <summary>The SSID's bytes.</summary>
    public byte[] Ssid { get; }

    /// <summary>The digest's salt.</summary>
    public ReadOnlyMemory<byte> Salt => _salt;

    /// <summary>The digest.</summary>
    public ReadOnlyMemory<byte> Digest => _digest;

    /// <summary>Creates credentials to store.</summary>
    public static StoredCredentials From(byte[] ssid, ReadOnlySpan<byte> passphrase, IRandomSource random, int iterations = FileIterations)
    {
        byte[] salt = new byte[SaltLength];
        random.Fill(salt);
        return new StoredCredentials(ssid, salt, Derive(passphrase, salt, iterations), iterations);
    }

    /// <summary>Whether <paramref name="passphrase"/> is the stored one.</summary>
    public bool Accepts(string passphrase) => Accepts(Encoding.UTF8.GetBytes(passphrase));

    /// <summary>Whether <paramref name="secret"/> is the stored one.</summary>
    public bool Accepts(ReadOnlySpan<byte> secret) =>
        CryptographicOperations.FixedTimeEquals(Derive(secret, _salt, _iterations), _digest);

    // Not the system's PBKDF2: Wine, where the module is tested too, has none.
    private static byte[] Derive(ReadOnlySpan<byte> passphrase, byte[] salt, int iterations)
    {
        byte[] password = passphrase.ToArray();
        var pbkdf2 = new Pkcs5S2ParametersGenerator(new Sha256Digest());
        try
        {
            pbkdf2.Init(password, salt, iterations);
            return ((KeyParameter)pbkdf2.GenerateDerivedMacParameters(8 * DigestLength)).GetKey();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(password);
        }
    }
}
