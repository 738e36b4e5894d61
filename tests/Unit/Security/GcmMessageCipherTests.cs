using EspProv.Security;

namespace EspProv.Tests.Security;

/// <summary>How security 2's nonce moves, message by message.</summary>
public class GcmMessageCipherTests
{
    private static readonly byte[] Key = Enumerable.Range(0, 64).Select(i => (byte)i).ToArray();
    private static readonly byte[] Message = [1, 2, 3];

    [Fact]
    public void A_counted_nonce_moves_with_every_message_of_either_direction()
    {
        using GcmMessageCipher client = Cipher("a0a1a2a3a4a5a6a700000001", counts: true);
        using GcmMessageCipher device = Cipher("a0a1a2a3a4a5a6a700000001", counts: true);

        for (int i = 0; i < 300; i++)
        {
            Assert.Equal(Message, device.Decrypt(client.Encrypt(Message)));
            Assert.Equal(Message, client.Decrypt(device.Encrypt(Message)));
        }

        Assert.Equal("a0a1a2a3a4a5a6a700000259", Convert.ToHexStringLower(client.Nonce));
        Assert.Equal(client.Nonce, device.Nonce);
    }

    [Theory]
    [InlineData("a0a1a2a3a4a5a6a7a8a9aaab")]
    [InlineData("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf")]
    public void A_constant_nonce_stays(string nonce)
    {
        using GcmMessageCipher cipher = Cipher(nonce, counts: false);

        byte[] first = cipher.Encrypt(Message);

        Assert.Equal(first, cipher.Encrypt(Message));
        Assert.Equal(Message, cipher.Decrypt(first));
        Assert.Equal(nonce, Convert.ToHexStringLower(cipher.Nonce));
    }

    [Fact]
    public void A_message_that_does_not_verify_leaves_the_counter_where_it_was()
    {
        using GcmMessageCipher client = Cipher("a0a1a2a3a4a5a6a700000001", counts: true);
        using GcmMessageCipher device = Cipher("a0a1a2a3a4a5a6a700000001", counts: true);
        byte[] sent = client.Encrypt(Message);

        for (int i = 0; i < sent.Length; i++)
        {
            byte[] tampered = [.. sent];
            tampered[i] ^= 0x80;
            Assert.Equal(ProvisioningErrorReason.DecryptionFailed, Assert.Throws<ProvisioningException>(() => device.Decrypt(tampered)).Reason);
        }

        Assert.Equal(ProvisioningErrorReason.DecryptionFailed, Assert.Throws<ProvisioningException>(() => device.Decrypt(sent.AsSpan(0, 15))).Reason);
        Assert.Equal(ProvisioningErrorReason.DecryptionFailed, Assert.Throws<ProvisioningException>(() => device.Decrypt([])).Reason);
        Assert.Equal(Message, device.Decrypt(sent));
        Assert.Equal(ProvisioningErrorReason.DecryptionFailed, Assert.Throws<ProvisioningException>(() => device.Decrypt(sent)).Reason);
    }

    [Fact]
    public void A_counter_that_would_wrap_ends_the_session()
    {
        using GcmMessageCipher client = Cipher("a0a1a2a3a4a5a6a7fffffffe", counts: true);
        using GcmMessageCipher device = Cipher("a0a1a2a3a4a5a6a7fffffffe", counts: true);

        Assert.Equal(Message, device.Decrypt(client.Encrypt(Message)));

        Assert.Equal(ProvisioningErrorReason.SessionLost, Assert.Throws<ProvisioningException>(() => client.Encrypt(Message)).Reason);
        Assert.Equal(ProvisioningErrorReason.SessionLost, Assert.Throws<ProvisioningException>(() => device.Decrypt(new byte[20])).Reason);
        Assert.Equal("a0a1a2a3a4a5a6a7ffffffff", Convert.ToHexStringLower(client.Nonce));
    }

    private static GcmMessageCipher Cipher(string nonce, bool counts) => new(Key, Convert.FromHexString(nonce), counts);
}
