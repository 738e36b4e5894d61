using EspProv.Networks.Wifi;

namespace EspProv.Tests.Networks.Wifi;

public class WifiAuthModeTests
{
    [Fact]
    public void The_names_are_the_drivers_at_the_drivers_numbers()
    {
        string[] names =
        [
            "Open", "WEP", "WPA_PSK", "WPA2_PSK", "WPA_WPA2_PSK", "WPA2_ENTERPRISE", "WPA3_PSK", "WPA2_WPA3_PSK", "WAPI_PSK", "OWE", "WPA3_ENT_192",
            "WPA3_EXT_PSK", "WPA3_EXT_PSK_MIXED_MODE", "DPP", "WPA3_ENTERPRISE", "WPA2_WPA3_ENTERPRISE", "WPA_ENTERPRISE", "17",
        ];
        Assert.Equal(names, Enumerable.Range(0, 18).Select(number => ((WifiAuthMode)number).ToString()));
    }

    [Fact]
    public void Open_networks_and_OWE_need_no_passphrase_and_what_is_unknown_may() =>
        Assert.Equal([WifiAuthMode.Open, WifiAuthMode.OWE], Enumerable.Range(0, 18).Select(number => (WifiAuthMode)number).Where(mode => !mode.NeedsPassphrase()));

    [Fact]
    public void Every_Enterprise_mode_is_one() =>
        Assert.Equal([5, 10, 14, 15, 16], Enumerable.Range(0, 18).Where(number => ((WifiAuthMode)number).IsEnterprise()));

    [Theory]
    [InlineData(WifiAuthMode.WEP, 8, true)]
    [InlineData(WifiAuthMode.WPA_PSK, 63, true)]
    [InlineData(WifiAuthMode.WEP, 5, false)]
    [InlineData(WifiAuthMode.WPA_PSK, 0, false)]
    [InlineData(WifiAuthMode.WPA_WPA2_PSK, 8, false)]
    [InlineData(WifiAuthMode.Open, 8, false)]
    public void Drivers_refuse_WEP_and_WPA_alone_with_a_long_key(WifiAuthMode mode, int keyLength, bool isBelow) =>
        Assert.Equal(isBelow, mode.IsBelowThreshold(keyLength));
}
