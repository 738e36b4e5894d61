using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck.Xunit;

namespace EspProv.Tests.Hostile;

public class UntrustedTextTests
{
    [Theory]
    [InlineData("\u001b]0;title\u0007", "\\u{1B}]0;title\\u{7}")]
    [InlineData("a\r\nb\tc\0", "a\\u{D}\\u{A}b\\u{9}c\\u{0}")]
    [InlineData("\u007f\u009b2J", "\\u{7F}\\u{9B}2J")]
    [InlineData("\u202egnp.exe", "\\u{202E}gnp.exe")]
    [InlineData("\u061c\u200e\u200f\u202a\u2066\u2069", "\\u{61C}\\u{200E}\\u{200F}\\u{202A}\\u{2066}\\u{2069}")]
    [InlineData("a\u2028b\u2029", "a\\u{2028}b\\u{2029}")]
    [InlineData("\ufeffa\u200bb\u2060\u00ad", "\\u{FEFF}a\\u{200B}b\\u{2060}\\u{AD}")]
    [InlineData("a\U000E0041\U000E007F", "a\\u{E0041}\\u{E007F}")]
    [InlineData("\u3164\u115f\uffa0\u034f", "\\u{3164}\\u{115F}\\u{FFA0}\\u{34F}")]
    [InlineData("\ue000\U000F0000\uffff", "\\u{E000}\\u{F0000}\\u{FFFF}")]
    [InlineData("👨\u200d👩", "👨\\u{200D}👩")]
    [InlineData("\ufe0fa\ufe0f\ufe0f", "\\u{FE0F}a\ufe0f\\u{FE0F}")]
    public void What_a_terminal_acts_on_and_what_cannot_be_seen_is_an_escape(string text, string shown)
    {
        Assert.Equal(shown, UntrustedText.Show(text));
        Assert.Equal(shown, UntrustedText.Show(Encoding.UTF8.GetBytes(text)));
    }

    // Made here: a test's data cannot hold half a surrogate pair.
    [Fact]
    public void Half_of_a_surrogate_pair_is_an_escape() =>
        Assert.Equal("a\\u{D83D}b\\u{DE00}", UntrustedText.Show($"a{(char)0xd83d}b{(char)0xde00}"));

    [Theory]
    [InlineData("")]
    [InlineData("MyHomeWiFiAP")]
    [InlineData("C:\\temp\\u{1B} \"quoted\" 100 % <b>&amp;")]
    [InlineData("Büro e\u0301 名前 サービス 한국 שלום سلام")]
    [InlineData("😀 ❤\ufe0f 1\ufe0f\u20e3 🇩🇪")]
    public void Ordinary_text_stays_as_it_is(string text)
    {
        Assert.Same(text, UntrustedText.Show(text));
        Assert.Equal(text, UntrustedText.Show(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("ff", "\\x{FF}")]
    [InlineData("61c3", "a\\x{C3}")]
    [InlineData("c0af", "\\x{C0}\\x{AF}")]
    [InlineData("eda0bd", "\\x{ED}\\x{A0}\\x{BD}")]
    [InlineData("f09f98", "\\x{F0}\\x{9F}\\x{98}")]
    [InlineData("efbfbd", "\uFFFD")]
    public void Bytes_that_are_not_UTF8_are_told_from_the_replacement_character(string bytes, string shown) =>
        Assert.Equal(shown, UntrustedText.Show(Convert.FromHexString(bytes)));

    [Property(MaxTest = 2000)]
    public void Nothing_that_comes_out_acts_or_hides_and_a_second_time_changes_nothing(string? text) => AssertShown(UntrustedText.Show(text ?? ""));

    [Property(MaxTest = 2000)]
    public void The_same_holds_for_bytes(byte[] bytes) => AssertShown(UntrustedText.Show(bytes));

    [Fact]
    public void The_same_holds_for_every_character_there_is()
    {
        var shown = new StringBuilder();
        for (int value = 0; value <= 0x10FFFF; value++)
        {
            string text = value is >= 0xD800 and <= 0xDFFF ? ((char)value).ToString() : char.ConvertFromUtf32(value);
            shown.Append(UntrustedText.Show(text));
        }

        AssertShown(shown.ToString());
    }

    [Fact]
    public void Json_stays_json_of_the_same_meaning()
    {
        const string Json = "{\n\t\"a\u009b\":\t\"\u202e\\u001b\u200d😀\U000E0041\",\r\n\"b\": [1, 2]}";
        string shown = UntrustedText.ShowJson(Json);
        AssertShown(shown);
        Assert.Equal("""{"a\u009b":"\u202e\u001b\u200d😀\udb40\udc41","b": [1, 2]}""", shown);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(Json).RootElement, JsonDocument.Parse(shown).RootElement));
    }

    [Fact]
    public void An_error_in_whose_causes_a_device_speaks_goes_without_them()
    {
        var cause = new IOException("plain");
        Assert.Same(cause, new ProvisioningException(ProvisioningErrorReason.DeviceError, "m", cause).InnerException);

        var error = new ProvisioningException(ProvisioningErrorReason.DeviceError, "said \u001b[2J", new IOException("outer", new IOException("\u0007")));
        Assert.Equal("said \\u{1B}[2J", error.Message);
        Assert.Equal("IOException: outer", error.InnerException!.Message);
        Assert.Null(error.InnerException.InnerException);
    }

    internal static void AssertShown(string shown)
    {
        Assert.Same(shown, UntrustedText.Show(shown));
        for (int at = 0; at < shown.Length; at += char.IsSurrogatePair(shown, at) ? 2 : 1)
        {
            UnicodeCategory category = CharUnicodeInfo.GetUnicodeCategory(shown, at);
            Assert.False(
                category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned,
                $"U+{(int)shown[at]:X4} is {category}");
        }
    }
}
