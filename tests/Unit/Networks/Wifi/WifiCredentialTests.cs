using System.Text;
using EspProv.Networks.Wifi;

namespace EspProv.Tests.Networks.Wifi;

public class WifiCredentialTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(32, 8)]
    [InlineData(32, 63)]
    public void What_the_protocol_can_carry_is_taken(int ssid, int passphrase)
    {
        using var credential = new WifiCredential(Ssid(ssid), Passphrase(new string('p', passphrase)), new byte[6], 13);
        Assert.Equal((ssid, passphrase, 6, 13), (credential.Ssid.Length, credential.Passphrase?.Length, credential.Bssid?.Length, credential.Channel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public void An_ssid_has_1_to_32_bytes(int length) =>
        AssertRefused(ProvisioningErrorReason.InvalidSsid, () => new WifiCredential(Ssid(length), null));

    [Fact]
    public void An_ssid_is_counted_in_bytes_and_not_in_characters() =>
        AssertRefused(ProvisioningErrorReason.InvalidSsid, () => new WifiCredential(Encoding.UTF8.GetBytes(new string('网', 11)), null));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void A_passphrase_has_8_to_63_bytes_or_none(int length) =>
        AssertRefused(ProvisioningErrorReason.InvalidPassphrase, () => new WifiCredential(Ssid(1), Passphrase(new string('p', length))));

    [Theory]
    [InlineData(5, WifiAuthMode.WEP, true)]
    [InlineData(13, WifiAuthMode.WEP, true)]
    [InlineData(4, WifiAuthMode.WEP, false)]
    [InlineData(5, WifiAuthMode.WPA_PSK, false)]
    [InlineData(5, null, false)]
    public void A_wep_key_of_5_bytes_is_taken_where_the_network_is_known_as_wep(int length, WifiAuthMode? auth, bool isTaken)
    {
        WifiCredential Make() => new(Ssid(1), Passphrase(new string('p', length)), auth: auth);
        if (!isTaken)
        {
            AssertRefused(ProvisioningErrorReason.InvalidPassphrase, Make);
            return;
        }

        using WifiCredential credential = Make();
        Assert.Equal(length, credential.Passphrase?.Length);
    }

    [Fact]
    public void A_raw_psk_has_an_error_of_its_own() =>
        AssertRefused(ProvisioningErrorReason.RawPskNotSupported, () => new WifiCredential(Ssid(1), Passphrase(new string('a', 32) + new string('F', 32))));

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    public void A_bssid_has_6_bytes(int length) =>
        AssertRefused(ProvisioningErrorReason.InvalidBssid, () => new WifiCredential(Ssid(1), null, new byte[length]));

    [Fact]
    public void A_channel_is_1_or_more() => Assert.Throws<ArgumentOutOfRangeException>(() => new WifiCredential(Ssid(1), null, null, 0));

    [Fact]
    public void Absent_fields_are_absent()
    {
        byte[]? noBssid = null;
        using var credential = new WifiCredential("net"u8.ToArray(), null, noBssid);
        Assert.Equal((null, null, null), (credential.Passphrase, credential.Bssid, credential.Channel));
    }

    [Fact]
    public void The_passphrase_is_neither_shown_nor_kept()
    {
        var credential = new WifiCredential("net"u8.ToArray(), Passphrase("canary-passphrase"));
        Assert.Equal("net", credential.ToString());
        credential.Dispose();
        Assert.Throws<ObjectDisposedException>(() => { _ = credential.Passphrase!.Bytes; });
    }

    [Fact]
    public void A_null_character_is_refused_because_firmware_takes_it_for_the_end()
    {
        AssertRefused(ProvisioningErrorReason.InvalidSsid, () => new WifiCredential("net\0"u8.ToArray(), null));
        AssertRefused(ProvisioningErrorReason.InvalidPassphrase, () => new WifiCredential(Ssid(1), Passphrase("pppppppp\0")));
    }

    private static byte[] Ssid(int length) => Encoding.UTF8.GetBytes(new string('n', length));

    private static Secret Passphrase(string text) => Secret.FromUtf8(text);

    private static void AssertRefused(ProvisioningErrorReason reason, Func<object> make)
    {
        ProvisioningException error = Assert.Throws<ProvisioningException>(make);
        Assert.Equal(reason, error.Reason);
        Assert.DoesNotContain("pppp", error.Message, StringComparison.Ordinal);
    }
}
