using EspProv.Security;

namespace EspProv.Tests.Security;

/// <summary>NIST SP 800-38A F.5.5, taken whole and in the pieces that messages make.</summary>
public class AesCtrKeyStreamTests
{
    private static readonly byte[] Key = Convert.FromHexString("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
    private static readonly byte[] Counter = Convert.FromHexString("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    private static readonly byte[] Plaintext = Convert.FromHexString(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710");

    private static readonly byte[] Ciphertext = Convert.FromHexString(
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6");

    [Theory]
    [InlineData(64)]
    [InlineData(16)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(17)]
    [InlineData(33)]
    public void Pieces_of_any_length_run_over_one_key_stream(int length)
    {
        using var encryption = new AesCtrKeyStream(Key, Counter);
        using var decryption = new AesCtrKeyStream(Key, Counter);

        Assert.Equal(Ciphertext, Plaintext.Chunk(length).SelectMany(piece => encryption.Apply(piece)));
        Assert.Equal(Plaintext, Ciphertext.Chunk(length).SelectMany(piece => decryption.Apply(piece)));
    }

    [Fact]
    public void An_empty_message_takes_nothing_from_the_key_stream()
    {
        using var stream = new AesCtrKeyStream(Key, Counter);

        Assert.Empty(stream.Apply([]));
        Assert.Equal(Ciphertext, stream.Apply(Plaintext));
    }

    /// <summary>The whole block is the counter: it carries over all 16 bytes.</summary>
    [Fact]
    public void The_counter_wraps_over_the_whole_block()
    {
        using var wrapping = new AesCtrKeyStream(Key, Convert.FromHexString("ffffffffffffffffffffffffffffffff"));
        using var fromZero = new AesCtrKeyStream(Key, new byte[16]);

        Assert.Equal(fromZero.Apply(new byte[16]), wrapping.Apply(new byte[32])[16..]);
    }
}
