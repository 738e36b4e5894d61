using System.Management.Automation;
using System.Text.RegularExpressions;
using EspProv.ModuleTests.VirtualDevices;
using EspProv.Tests.Support;

namespace EspProv.ModuleTests.Fleet;

/// <summary>Files that are written on a machine of one culture and read on one of another, and numbers of users' objects.</summary>
public class CultureTests : FleetTest
{
    public static TheoryData<string, string> Pairs => new()
    {
        { "de-DE", "en-US" }, { "sv-SE", "de-DE" }, { "ar-SA", "en-US" }, { "tr-TR", "ar-SA" }, { "en-US", "sv-SE" },
    };

    public static TheoryData<string> Names => ["de-DE", "sv-SE", "ar-SA", "tr-TR", "fa-IR"];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_report_says_the_same_wherever_it_was_written_and_is_read(string writer, string reader)
    {
        StartFleet(2);
        string csv = Path.Combine(Folder, "report.csv"), json = Path.Combine(Folder, "report.json");
        RunClean(Under(writer, $"$results = @($rows | Invoke-EspProvisioning -JournalPath '{Folder}/run.jsonl')"));
        RunClean(Under(writer, $"$results | Export-Csv '{csv}'; $results | ConvertTo-Json | Set-Content '{json}'"));
        string[] times = [.. RunClean("$results | Sort-Object Row | ForEach-Object Timestamp").Select(time => time.ToString())];
        Assert.All(times, time => Assert.Matches(@"^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", time));
        Assert.All(times, time => Assert.Contains(time, File.ReadAllText(csv), StringComparison.Ordinal));

        string[] reports =
        [
            .. new[] { $"Import-Csv '{csv}'", $"Get-Content '{json}' -Raw | ConvertFrom-Json", $"Import-EspProvJournal '{Folder}/run.jsonl'" }.Select(source =>
            {
                RunClean(Under(reader, $"{source} | New-EspProvReport '{Folder}/report.html' -Force"));
                return Regex.Match(File.ReadAllText(Path.Combine(Folder, "report.html")), @"<table id=""rows"".*</table>", RegexOptions.Singleline).Value;
            }),
        ];
        Assert.All(times, time => Assert.Contains(time[..19].Replace('T', ' '), reports[0], StringComparison.Ordinal));
        Assert.Equal(reports[0], reports[1]);

        // A journal has whole milliseconds.
        Assert.Equal(WithoutDuration(reports[0]), WithoutDuration(reports[2]));

        static string WithoutDuration(string report) => Regex.Replace(report, @"data-label=""Duration"" [^<]*", "");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Negative_and_broken_numbers_of_objects_are_taken_as_they_are(string culture)
    {
        RunClean(Under(culture, "$level = -40; $null = Start-EspVirtualDevice PROV_LAB -ScanDelay 0 -AccessPoint @{ Ssid = 'lab'; Rssi = $level }, ([pscustomobject]@{ Ssid = 1.5; Rssi = '-41' })"));
        Assert.Equal("lab/-40 1.5/-41", RunClean<string>("(Get-EspWifiScan -Address (Get-EspVirtualDevice PROV_LAB).Address -Pop abcd1234 | ForEach-Object { \"$($_.Ssid)/$($_.Rssi)\" }) -join ' '"));
        Assert.Equal("Invalid InvalidValue", Assert.Single(Outcomes(Under(culture, "@{ Address = '10.0.0.1'; Ssid = 'x'; Channel = -1 } | Invoke-EspProvisioning -Validate"))));
        Assert.Equal("1.5", RunClean<string>(Under(culture, "(@{ Address = '10.0.0.1'; Ssid = 1.5 } | Invoke-EspProvisioning -Validate).Ssid")));
    }

    [Fact]
    public void A_name_is_found_whatever_the_case_of_its_letters_in_Turkish()
    {
        StartDevice("PROV_WIFI");
        Assert.Equal("PROV_WIFI", RunClean<string>(Under("tr-TR", "(Get-EspVirtualDevice prov_wifi).Name")));
    }

    [Fact]
    public void A_time_of_which_day_and_month_are_not_certain_is_refused_and_not_guessed()
    {
        ErrorRecord error = RunToError($"[pscustomobject]@{{ Row = 1; Status = 'Connected'; Timestamp = '02.11.2026 06:00:00' }} | New-EspProvReport '{Folder}/report.html'");
        Assert.Contains("2026-03-01T12:00:00Z", error.ToString(), StringComparison.Ordinal);
    }

    // A script begins with the host's culture, and what it sets ends with it.
    private static string Under(string culture, string script) =>
        $"[cultureinfo]::CurrentCulture = '{culture}'; if ([cultureinfo]::CurrentCulture.Name -ne '{culture}') {{ throw 'no cultures' }}; {script}";
}

[UnderCulture("de-DE")]
public sealed class GermanPlanTests : PlanTests;

[UnderCulture("sv-SE")]
public sealed class SwedishPlanTests : PlanTests;

[UnderCulture("ar-SA")]
public sealed class ArabicPlanTests : PlanTests;

[UnderCulture("tr-TR")]
public sealed class TurkishPlanTests : PlanTests;

[UnderCulture("de-DE")]
public sealed class GermanVirtualDeviceTests : VirtualDeviceTests;

[UnderCulture("sv-SE")]
public sealed class SwedishVirtualDeviceTests : VirtualDeviceTests;

[UnderCulture("ar-SA")]
public sealed class ArabicVirtualDeviceTests : VirtualDeviceTests;

[UnderCulture("tr-TR")]
public sealed class TurkishVirtualDeviceTests : VirtualDeviceTests;
