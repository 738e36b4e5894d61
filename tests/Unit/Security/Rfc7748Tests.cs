using System.Security.Cryptography;
using EspProv.Security;

namespace EspProv.Tests.Security;

/// <summary>RFC 7748 §5.2 and §6.1, and the points that a contributory exchange refuses.</summary>
public class Rfc7748Tests
{
    [Theory]
    [InlineData(
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552")]
    [InlineData(
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957")]
    public void Scalar_multiplication(string scalar, string u, string expected)
        => Assert.Equal(expected, Convert.ToHexStringLower(X25519KeyExchange.SharedSecret(Convert.FromHexString(scalar), Convert.FromHexString(u))));

    [Theory]
    [InlineData(1, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079")]
    [InlineData(1000, "684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51")]
    public void Iterated_scalar_multiplication(int iterations, string expected)
    {
        byte[] k = new byte[32];
        k[0] = 9;
        byte[] u = k;
        for (int i = 0; i < iterations; i++)
            (k, u) = (X25519KeyExchange.SharedSecret(k, u), k);

        Assert.Equal(expected, Convert.ToHexStringLower(k));
    }

    [Fact]
    public void Diffie_Hellman()
    {
        byte[] alice = Convert.FromHexString("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
        byte[] bob = Convert.FromHexString("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        const string Shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";

        byte[] alicePublic = X25519KeyExchange.PublicKey(alice);
        byte[] bobPublic = X25519KeyExchange.PublicKey(bob);

        Assert.Equal("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", Convert.ToHexStringLower(alicePublic));
        Assert.Equal("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f", Convert.ToHexStringLower(bobPublic));
        Assert.Equal(Shared, Convert.ToHexStringLower(X25519KeyExchange.SharedSecret(alice, bobPublic)));
        Assert.Equal(Shared, Convert.ToHexStringLower(X25519KeyExchange.SharedSecret(bob, alicePublic)));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("09")]
    [InlineData("")]
    public void Points_of_small_order_and_of_another_length_are_refused(string publicKey)
    {
        byte[] privateKey = Convert.FromHexString("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");

        Assert.Throws<CryptographicException>(() => X25519KeyExchange.SharedSecret(privateKey, Convert.FromHexString(publicKey)));
    }
}
