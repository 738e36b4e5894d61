using EspProv.Fleet;
using EspProv.Fleet.Report;

namespace EspProv.Tests.Fleet.Report;

public class FleetHtmlReportTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_devices_and_networks_are_called_cannot_become_markup()
    {
        FleetResult hostile = Result(1, FleetStatus.Failed) with
        {
            Name = "<script>alert(1)</script>",
            Ssid = "\"><img src=x>",
            Error = "a & b <i>",
            Reason = "<b>",
            Warning = "<b>warned",
        };
        string html = Write([hostile], "<title>");
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", html, StringComparison.Ordinal);
    }

    [Fact]
    public void It_asks_for_nothing_from_any_network()
    {
        string html = Write([Result(1, FleetStatus.Connected)], "Run");
        Assert.DoesNotContain("http://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void It_counts_rows_by_status_and_has_each_row_once()
    {
        FleetResult[] results = [.. Enumerable.Range(1, 60).Select(row => Result(row, (FleetStatus)(row % 6)))];
        string html = Write(results, "Run");
        Assert.Contains("of 60 rows connected, 16.7 %", html, StringComparison.Ordinal);
        foreach (FleetStatus status in Enum.GetValues<FleetStatus>())
            Assert.Equal(10, html.Split($"<tr data-status=\"{status}\">").Length - 1);
    }

    [Fact]
    public void A_row_that_was_connected_with_a_warning_shows_it()
    {
        string html = Write([Result(1, FleetStatus.Connected) with { Warning = "old firmware" }, Result(2, FleetStatus.Connected)], "Run");
        Assert.Equal(1, html.Split("<summary>warning</summary>old firmware</details>").Length - 1);
        Assert.Contains("1 row has a warning", html, StringComparison.Ordinal);
        Assert.DoesNotContain("has a warning", Write([Result(1, FleetStatus.Connected)], "Run"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_nothing_has_a_report_too() => Assert.Contains("No device was tried", Write([], "Run"), StringComparison.Ordinal);

    [Fact]
    public void Rows_that_no_run_writes_do_not_end_it()
    {
        // An exported file that somebody has changed.
        FleetResult[] results =
        [
            Result(1, (FleetStatus)77) with { Attempts = 1 },
            Result(2, (FleetStatus)(-1)) with { Attempts = 1 },
            Result(3, FleetStatus.Connected) with { Duration = TimeSpan.MinValue },
            Result(4, FleetStatus.Connected) with { Duration = TimeSpan.MaxValue },
            Result(5, FleetStatus.Failed) with { Timestamp = DateTimeOffset.MinValue, Attempts = int.MinValue },
            Result(6, FleetStatus.Failed) with { Timestamp = DateTimeOffset.MinValue, Attempts = 1 },
            Result(7, FleetStatus.Failed) with { Timestamp = DateTimeOffset.MaxValue, Attempts = int.MaxValue },
        ];
        string html = Write(results, "Run");
        Assert.Equal(2, html.Split("<tr data-status=\"Invalid\">").Length - 1);
        Assert.Contains("of 7 rows connected", html, StringComparison.Ordinal);
    }

    private static string Write(FleetResult[] results, string title)
    {
        var writer = new StringWriter();
        new FleetHtmlReport(results, title, Noon).Write(writer);
        return writer.ToString();
    }

    private static FleetResult Result(int row, FleetStatus status) => new()
    {
        Row = row,
        Name = $"PROV_{row}",
        Status = status,
        Stage = FleetStage.Done,
        Attempts = status is FleetStatus.Skipped or FleetStatus.Invalid ? 0 : 1 + (row % 3),
        Duration = TimeSpan.FromSeconds(row * 0.3),
        Timestamp = Noon.AddSeconds(row),
    };
}
