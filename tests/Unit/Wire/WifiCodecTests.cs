using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Wire;

public class WifiCodecTests
{
    [Theory]
    [InlineData(1, 0, 0, 0u)]
    [InlineData(32, 63, 6, 14u)]
    [InlineData(10, 8, 0, 127u)]
    [InlineData(10, 0, 6, 128u)]
    [InlineData(32, 63, 6, uint.MaxValue / 2)]
    public void The_set_command_written_by_hand_is_what_protobuf_writes(int ssidLength, int passphraseLength, int bssidLength, uint channel)
    {
        byte[] ssid = Pattern(ssidLength), passphrase = Pattern(passphraseLength), bssid = Pattern(bssidLength);
        var expected = new ConfigPayload
        {
            Msg = ConfigMessage.ConfigSetWifiConfigCmd,
            SetWifiConfigCmd = new SetWifiConfigCmd
            {
                Ssid = ByteString.CopyFrom(ssid),
                Passphrase = ByteString.CopyFrom(passphrase),
                Bssid = ByteString.CopyFrom(bssid),
                Channel = (int)channel,
            },
        };
        Assert.Equal(Convert.ToHexStringLower(expected.ToByteArray()), Convert.ToHexStringLower(WifiConfigCodec.EncodeSet(ssid, passphrase, bssid, channel)));
    }

    [Fact]
    public void Commands_carry_their_submessage_even_when_it_is_empty()
    {
        Assert.Equal("08047200", Convert.ToHexStringLower(WifiConfigCodec.EncodeApply()));
        Assert.Equal("5200", Convert.ToHexStringLower(WifiConfigCodec.EncodeGetStatus()));
        Assert.Equal("08026200", Convert.ToHexStringLower(WifiScanCodec.EncodeStatus()));
        Assert.Equal("5206080118052078", Convert.ToHexStringLower(WifiScanCodec.EncodeStart(true, false, 5, 120)));
        Assert.Equal("080472021003", Convert.ToHexStringLower(WifiScanCodec.EncodeResult(0, 3)));
        Assert.Equal("08015a00", Convert.ToHexStringLower(ControlCodec.EncodeWifiReset()));
        Assert.Equal("08036a00", Convert.ToHexStringLower(ControlCodec.EncodeWifiReprovision()));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("0a", "0a")]
    [InlineData("0ac41020a0ff", "0a:c4:10:20:a0:ff")]
    public void Hardware_addresses_are_lower_case_with_colons(string bytes, string text) =>
        Assert.Equal(text, HardwareAddress.Format(Convert.FromHexString(bytes)));

    [Theory]
    [InlineData("78:8a:20:84:19:96", "788a20841996")]
    [InlineData("78-8A-20-84-19-96", "788a20841996")]
    [InlineData("788a20841996", "788a20841996")]
    [InlineData("78:8a:20", "788a20")]
    [InlineData("", "")]
    [InlineData(null, null)]
    [InlineData("78:8a:20:84:19:9", null)]
    [InlineData("78 8a 20 84 19 96", null)]
    [InlineData("78:8a:20:84:19:9g", null)]
    public void A_hardware_address_is_read_in_the_notations_of_all_tools(string? text, string? bytes) =>
        Assert.Equal(bytes, HardwareAddress.TryParse(text, out byte[]? address) ? Convert.ToHexStringLower(address) : null);

    private static byte[] Pattern(int length) => [.. Enumerable.Range(1, length).Select(i => (byte)i)];
}
