using EspProv.Manufacturing.Labels;

namespace EspProv.Tests.Manufacturing.Labels;

public class QrSymbolTests
{
    private const string Stock = """{"ver":"v1","name":"PROV_EA69FC","pop":"abcd1234","transport":"ble"}""";

    /// <summary>The console of the vendor's stock example, as its documentation shows it for <see cref="Stock"/>.</summary>
    private const string VendorConsole = """
          █▀▀▀▀▀█ ▀▀▀█▄█   ▀▀▄ █▄ ▀ █▀▀▀▀▀█
          █ ███ █  ▀▄█ █▄ ▀▄█ ▄██ █ █ ███ █
          █ ▀▀▀ █  ▄▀█▀▄▀ ▀█▄▀  ██  █ ▀▀▀ █
          ▀▀▀▀▀▀▀ █▄▀ █▄█▄█ ▀ █ █ ▀ ▀▀▀▀▀▀▀
          ▀▀ ▀▀ ▀  ▀▄ ▀▄ ▄▀▀▀█ ▀▄ ▀ ▀▄▄ ▄▄▀
          ███▄█▄▀ █▀  ▀▀▀▀▄▄█   █▀ █  ▄█▄█▀
          ▀███▀ ▀▄▄██ ▄▄██▄ ▀▀▀▀   ▄▀█ ▀▄▄▀
          ▄███  ▀██▀▀ ▄ ▄█▄▀▀█▄ ▀▄▀▄▄█  ▄
          ▀█▀ █▄▀▀ ▀▀█▀▀ █▀▄▀▄▀ ▄█  ███▄ ██
          ██▀█  ▀▄█ █▄▀▄███▀▄▀█ ▀█ █▀▀ ▀▄▄▀
          █▄▀▄█▀▀ ▀▄ ▀▄▄█▄▀▀█▄█▄█▀▀█ ▀▄ ▄▀
          █ ▄█▄ ▀ ▄▀ █▄  ▀█▄█▄▀▀█▀█ ▄█ ▀▄▄█
          ▀▀▀▀  ▀ █▀█▀▀▄▄██▄█▀█ ▀██▀▀▀█▄▄▀
          █▀▀▀▀▀█   ▄█▀▀▀██ ▄▀▄ █▄█ ▀ █ ▄ ▄
          █ ███ █ █ ▀▄█▀▀█▀▄█▄▄ ▀██▀▀▀▀▄▄▀▀
          █ ▀▀▀ █ ▄█ ▀ ▄█▀█ █▀ ▀▀███▄▀█ █▄█
          ▀▀▀▀▀▀▀ ▀  ▀  ▀▀ ▀     ▀▀▀▀▀▀
        """;

    public static TheoryData<string, QrErrorCorrection> Texts()
    {
        var data = new TheoryData<string, QrErrorCorrection>();
        foreach (QrErrorCorrection level in Enum.GetValues<QrErrorCorrection>())
        {
            data.Add(Stock, level);
            data.Add("""{"ver":"v1","name":"Küche 名前 😀","pop":"a+b%20\"&'<é>","transport":"softap","security":2,"password":"12345678"}""", level);
        }

        return data;
    }

    [SkippableTheory, MemberData(nameof(Texts))]
    public void Another_reader_reads_the_png(string text, QrErrorCorrection level)
    {
        using var symbol = QrSymbol.Encode(text, level);
        Assert.Equal([text], OutsideReader.Decode(symbol.ToPng(4), ".png"));
    }

    [SkippableTheory, MemberData(nameof(Texts))]
    public void Another_reader_reads_the_svg_that_another_program_drew(string text, QrErrorCorrection level)
    {
        using var symbol = QrSymbol.Encode(text, level);
        Assert.Equal([text], OutsideReader.Decode(OutsideReader.Draw(symbol.ToSvg()), ".png"));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Another_reader_reads_the_screen_of_a_dark_terminal_and_of_a_light_one(bool light)
    {
        using var symbol = QrSymbol.Encode(Stock);
        byte[] screen = OutsideReader.Screenshot(symbol.ToTerminal(invert: light).Split('\n'), lightText: !light);
        Assert.Equal([Stock], OutsideReader.Decode(screen, ".pgm"));
    }

    [SkippableFact]
    public void Another_reader_reads_what_firmware_would_print()
    {
        using var symbol = QrSymbol.Encode(Stock, QrErrorCorrection.Low);
        byte[] screen = OutsideReader.Screenshot(symbol.ToFirmwareConsole(), lightText: false);
        Assert.Equal([Stock], OutsideReader.Decode(screen, ".pgm"));
    }

    /// <summary>That the way these tests look at a terminal is right is shown by a terminal's code that nobody here drew.</summary>
    [SkippableFact]
    public void The_vendors_own_console_is_read_in_the_same_way()
        => Assert.Equal([Stock], OutsideReader.Decode(OutsideReader.Screenshot(VendorConsole.Split('\n'), lightText: false), ".pgm"));

    [Fact]
    public void The_console_form_has_the_size_and_the_finders_of_the_vendors()
    {
        using var symbol = QrSymbol.Encode(Stock, QrErrorCorrection.Low);
        string[] ours = symbol.ToFirmwareConsole().ToArray();
        string[] vendors = VendorConsole.Split('\n');

        Assert.Equal(33, symbol.Size);
        Assert.Equal(1 + vendors.Length + 1, ours.Length);
        Assert.All(ours, line => Assert.Equal(33 + 4, line.Length));
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(vendors[i][..9], ours[i + 1][..9]);
            Assert.Equal(vendors[i][^7..], ours[i + 1].TrimEnd()[^7..]);
        }
    }

    [Fact]
    public void The_quiet_zone_of_a_dark_terminal_is_printed()
    {
        using var symbol = QrSymbol.Encode(Stock);
        string[] lines = symbol.ToTerminal().Split('\n');
        Assert.Equal(new string('█', symbol.Size + 8), lines[0]);
        Assert.All(lines, line => Assert.StartsWith("████", line, StringComparison.Ordinal));
        Assert.All(symbol.ToTerminal(invert: true).Split('\n'), line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_payload_that_no_code_can_hold_is_refused_without_being_shown()
    {
        ProvisioningException error = Assert.Throws<ProvisioningException>(() => QrSymbol.Encode(new string('s', 3000)));
        Assert.Equal(ProvisioningErrorReason.QrPayloadTooLarge, error.Reason);
        Assert.DoesNotContain("ssss", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void More_error_correction_makes_a_larger_symbol()
    {
        int[] sizes = Enum.GetValues<QrErrorCorrection>().Select(level =>
        {
            using var symbol = QrSymbol.Encode(Stock, level);
            return symbol.Size;
        }).ToArray();
        Assert.Equal(sizes.Order(), sizes);
        Assert.True(sizes[^1] > sizes[0]);
    }
}
