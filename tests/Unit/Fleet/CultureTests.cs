using System.Globalization;
using EspProv.Fleet;
using EspProv.Tests.Fleet.Journal;
using EspProv.Tests.Fleet.Report;
using EspProv.Tests.Support;

namespace EspProv.Tests.Fleet;

/// <summary>What is written to files, on machines with other minus signs, decimal points, calendars and letters.</summary>
public class CultureTests
{
    [Theory]
    [InlineData("de-DE")]
    [InlineData("sv-SE")]
    [InlineData("ar-SA")]
    [InlineData("tr-TR")]
    public void The_cultures_differ_from_the_invariant_one_in_what_these_tests_are_about(string name)
    {
        var culture = new CultureInfo(name, useUserOverride: false);
        string[] shown = [(-40).ToString(culture), 1.5.ToString(culture), new DateTime(2026, 11, 2).ToString("d", culture), "I".ToLower(culture)];
        string[] invariant = ["-40", "1.5", "11/02/2026", "i"];
        Assert.NotEqual(invariant, shown);
    }

    [Theory]
    [InlineData("2026-11-02T06:00:00Z", "2026-11-02T06:00:00.000Z")]
    [InlineData("2026-11-02T06:00:00.1234567Z", "2026-11-02T06:00:00.123Z")]
    [InlineData("2026-11-02T06:00:00+02:00", "2026-11-02T04:00:00.000Z")]
    [InlineData(" 2026-11-02 06:00:00 ", "2026-11-02T06:00:00.000Z")]
    [InlineData("2026-11-02", "2026-11-02T00:00:00.000Z")]
    [InlineData("02.11.2026 06:00:00", null)]
    [InlineData("11/02/2026 06:00:00", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_time_is_read_where_day_and_month_are_certain(string? text, string? expected) =>
        Assert.Equal(expected, FleetTime.TryParse(text, out DateTimeOffset time) ? FleetTime.Format(time) : null);
}

[UnderCulture("de-DE")]
public sealed class GermanReportTests : FleetHtmlReportTests;

[UnderCulture("sv-SE")]
public sealed class SwedishReportTests : FleetHtmlReportTests;

[UnderCulture("ar-SA")]
public sealed class ArabicReportTests : FleetHtmlReportTests;

[UnderCulture("tr-TR")]
public sealed class TurkishReportTests : FleetHtmlReportTests;

[UnderCulture("de-DE")]
public sealed class GermanJournalTests : FleetJournalTests;

[UnderCulture("sv-SE")]
public sealed class SwedishJournalTests : FleetJournalTests;

[UnderCulture("ar-SA")]
public sealed class ArabicJournalTests : FleetJournalTests;

[UnderCulture("tr-TR")]
public sealed class TurkishJournalTests : FleetJournalTests;
