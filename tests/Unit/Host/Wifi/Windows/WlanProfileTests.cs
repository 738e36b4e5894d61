using System.Xml.Linq;
using EspProv.Host.Wifi.Windows;

namespace EspProv.Tests.Host.Wifi.Windows;

/// <summary>Windows' profile of a device's network, and the key in it.</summary>
public sealed class WlanProfileTests
{
    private static readonly XNamespace Schema = "http://www.microsoft.com/networking/WLAN/profile/v1";

    [Theory]
    [InlineData("softap-key")]
    [InlineData("a<b>&\"c'd</keyMaterial>")]
    [InlineData(" a b ")]
    [InlineData("&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&&")]
    public void A_key_comes_through_as_it_is(string text)
    {
        using var key = Secret.FromUtf8(text);
        using var profile = WlanProfile.Create("espprov-1", "PROV"u8, WlanSecurity.Wpa2, key, isHidden: false);
        XElement root = Read(profile);
        Assert.Equal(text, root.Descendants(Schema + "keyMaterial").Single().Value);
        Assert.Equal("passPhrase", root.Descendants(Schema + "keyType").Single().Value);
        Assert.Equal("false", root.Descendants(Schema + "protected").Single().Value);
    }

    [Fact]
    public void It_never_connects_by_itself_and_names_the_network_by_its_bytes()
    {
        using var profile = WlanProfile.Create("espprov-1", [0x50, 0xFF, 0x3C], WlanSecurity.Open, null, isHidden: true);
        XElement root = Read(profile);
        Assert.Equal("WLANProfile", root.Name.LocalName);
        Assert.Equal(["name", "SSIDConfig", "connectionType", "connectionMode", "MSM"], root.Elements().Select(element => element.Name.LocalName));
        Assert.Equal(["espprov-1", "ESS", "manual"], root.Elements().Where(element => !element.HasElements).Select(element => element.Value));
        Assert.Equal("50FF3C", root.Descendants(Schema + "hex").Single().Value);
        Assert.Equal("true", root.Descendants(Schema + "nonBroadcast").Single().Value);
        Assert.Empty(root.Descendants(Schema + "sharedKey"));
    }

    [Theory]
    [InlineData("Open", "open", "none")]
    [InlineData("Wpa2", "WPA2PSK", "AES")]
    [InlineData("Wpa3", "WPA3SAE", "AES")]
    public void The_security_is_named_as_Windows_does(string security, string authentication, string encryption)
    {
        using var key = Secret.FromUtf8("softap-key");
        using var profile = WlanProfile.Create("espprov-1", "PROV"u8, Enum.Parse<WlanSecurity>(security), security == "Open" ? null : key, isHidden: false);
        Assert.Equal([authentication, encryption, "false"], Read(profile).Descendants(Schema + "authEncryption").Elements().Select(element => element.Value));
    }

    [Fact]
    public void The_text_ends_with_a_zero_and_is_zeroed_in_the_end()
    {
        using var key = Secret.FromUtf8("softap-key");
        var profile = WlanProfile.Create("espprov-1", "PROV"u8, WlanSecurity.Wpa2, key, isHidden: false);
        ReadOnlySpan<char> text = profile.Text;
        Assert.Equal('\0', text[^1]);
        Assert.Contains("softap-key", text.ToString(), StringComparison.Ordinal);
        profile.Dispose();
        Assert.Equal(-1, text.IndexOfAnyExcept('\0'));
        Assert.Equal("***", profile.ToString());
    }

    [Fact]
    public void A_key_that_Windows_does_not_take_is_refused_without_showing_it()
    {
        using var key = Secret.FromUtf8("pässword-key");
        ProvisioningException error = Assert.Throws<ProvisioningException>(() => WlanProfile.Create("espprov-1", "PROV"u8, WlanSecurity.Wpa2, key, isHidden: false));
        Assert.Equal(ProvisioningErrorReason.InvalidSoftApKey, error.Reason);
        Assert.DoesNotContain("ssword", error.Message, StringComparison.Ordinal);
    }

    private static XElement Read(WlanProfile profile) => XDocument.Parse(profile.Text[..^1].ToString(), LoadOptions.PreserveWhitespace).Root!;
}
