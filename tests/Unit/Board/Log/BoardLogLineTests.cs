using System.Text;
using EspProv.Board.Log;

namespace EspProv.Tests.Board.Log;

/// <summary>Lines as ESP-IDF 4.4, 5.x and 6.x and the ROMs of the chips print them.</summary>
public class BoardLogLineTests
{
    [Theory]
    [InlineData("I (445) app: Starting provisioning", BoardLogLevel.Info, "445", 445L, "app", "Starting provisioning")]
    [InlineData("\e[0;32mI (445) app: Starting provisioning\e[0m", BoardLogLevel.Info, "445", 445L, "app", "Starting provisioning")]
    [InlineData("\e[0;31mE (4294967295) wifi_prov_mgr: STA Disconnected\e[0m", BoardLogLevel.Error, "4294967295", 4294967295L, "wifi_prov_mgr", "STA Disconnected")]
    [InlineData("\e[0;33mW (27) rtc_clk: a: b\e[0m", BoardLogLevel.Warning, "27", 27L, "rtc_clk", "a: b")]
    [InlineData("D (1) nvs: nvs_open", BoardLogLevel.Debug, "1", 1L, "nvs", "nvs_open")]
    [InlineData("V (1) nvs: nvs_open", BoardLogLevel.Verbose, "1", 1L, "nvs", "nvs_open")]
    [InlineData("I (12:34:56.789) app: x", BoardLogLevel.Info, "12:34:56.789", 45296789L, "app", "x")]
    [InlineData("I (26-01-31 00:01:30.500) app: x", BoardLogLevel.Info, "26-01-31 00:01:30.500", 90500L, "app", "x")]
    [InlineData("I (1769817600123) app: x", BoardLogLevel.Info, "1769817600123", 1769817600123L, "app", "x")]
    [InlineData("I app: x", BoardLogLevel.Info, null, null, "app", "x")]
    [InlineData("E spi_flash: x", BoardLogLevel.Error, null, null, "spi_flash", "x")]
    [InlineData("I (27) no tag here", BoardLogLevel.Info, "27", 27L, null, "no tag here")]
    [InlineData("I (733) wifi:wifi firmware version: 4d93d42", BoardLogLevel.Info, "733", 733L, "wifi", "wifi firmware version: 4d93d42")]
    [InlineData("I (733) NimBLE: GAP procedure initiated: advertise; ", BoardLogLevel.Info, "733", 733L, "NimBLE", "GAP procedure initiated: advertise; ")]
    [InlineData("ESP-ROM:esp32c3-api1-20210207", BoardLogLevel.None, null, null, null, "ESP-ROM:esp32c3-api1-20210207")]
    [InlineData("ets Jul 29 2019 12:21:46", BoardLogLevel.None, null, null, null, "ets Jul 29 2019 12:21:46")]
    [InlineData("load:0x3fff0030,len:6668", BoardLogLevel.None, null, null, null, "load:0x3fff0030,len:6668")]
    [InlineData("It is (1) line: no header", BoardLogLevel.None, null, null, null, "It is (1) line: no header")]
    [InlineData("I (9999999999999999999) app: x", BoardLogLevel.None, null, null, null, "I (9999999999999999999) app: x")]
    [InlineData("I (99:99:99.999) app: x", BoardLogLevel.Info, "99:99:99.999", null, "app", "x")]
    public void A_line_has_its_level_time_tag_and_text(string line, BoardLogLevel level, string? timestamp, long? milliseconds, string? tag, string text)
    {
        BoardLogLine read = LogReader.Line(line);
        Assert.Equal((level, timestamp, milliseconds, tag, text), (read.Level, read.Timestamp, read.Milliseconds, read.Tag, read.Text));
        Assert.Equal(1, read.Number);
        Assert.False(read.IsMasked || read.IsTruncated);
    }

    [Theory]
    [InlineData("I (1) app: x")]
    [InlineData("I (12:34:56.789) app: x")]
    [InlineData("W app: x")]
    [InlineData("rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)")]
    public void A_line_is_shown_as_a_monitor_shows_it(string line) => Assert.Equal(line, LogReader.Line(line).ToString());

    [Fact]
    public void Lines_are_the_same_in_pieces_of_any_size_and_with_any_line_end()
    {
        const string Log = "ESP-ROM:esp32c3\nI (1) app: one\r\n\e[0;32mI (2) app: two\e[0m\r\nI (3) app: thr\u00e9e\n\n\nlast";
        string whole = string.Join('|', LogReader.Read(Log));
        Assert.Equal("ESP-ROM:esp32c3|I (1) app: one|I (2) app: two|I (3) app: thr\u00e9e|last", whole);
        foreach (int chunk in new[] { 1, 2, 3, 7 })
            Assert.Equal(whole, string.Join('|', LogReader.Read(Encoding.UTF8.GetBytes(Log), chunk)));
    }

    [Fact]
    public void A_message_of_another_task_within_a_line_is_a_line_of_its_own() =>
        Assert.Equal(["waiting for ", "I (5) app: one ", "W (6) wifi: two"], LogReader.Read("waiting for I (5) app: one W (6) wifi:two\n").Select(line => line.ToString()));

    [Fact]
    public void A_line_without_end_is_written_when_the_log_ends()
    {
        var parser = new BoardLogParser();
        Assert.Empty(parser.Add("I (1) app: half"u8));
        Assert.Equal("I (1) app: half", Assert.Single(parser.Complete()).ToString());
        Assert.Empty(parser.Complete());
    }

    [Fact]
    public void Control_characters_and_invalid_bytes_are_never_shown_raw()
    {
        byte[] log = [.. "I (1) app: a\a\0\u001b[2J\u001b]0;t\u007f\u202e"u8, 0xff, 0xc3, 0x28, .. "\u009b31m\n"u8];
        BoardLogLine line = Assert.IsType<BoardLogLine>(Assert.Single(LogReader.Read(log, 1)));
        Assert.True(UntrustedText.IsSafe(line.Text), line.Text);
        Assert.Contains(@"\x{FF}", line.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x I (1) app: \ufe0fy\n")]
    [InlineData("I (1) \ufe0fapp: x\n")]
    [InlineData("I (1) app: Received Wi-Fi credentials\n\tSSID     : \ufe0fNet\n")]
    public void A_part_of_a_line_is_safe_to_show_by_itself(string log) => Assert.All(
        LogReader.Read(log).SelectMany(entry => entry.GetType().GetProperties().Select(property => property.GetValue(entry)).OfType<string>()),
        text => Assert.True(UntrustedText.IsSafe(text), text));

    [Fact]
    public void An_endless_line_is_cut_and_what_follows_its_end_is_read()
    {
        var parser = new BoardLogParser();
        byte[] block = Encoding.ASCII.GetBytes(new string('x', 65536));
        for (int i = 0; i < 16; i++)
            Assert.Empty(parser.Add(block));
        BoardLogEntry[] entries = [.. parser.Add("\nI (1) app: x\n"u8)];
        BoardLogLine cut = Assert.IsType<BoardLogLine>(entries[0]);
        Assert.True(cut.IsTruncated);
        Assert.Equal(BoardLogParser.MaxLineLength, cut.Text.Length);
        Assert.Equal("I (1) app: x", entries[1].ToString());
    }
}
