using System.Management.Automation;
using System.Xml.Linq;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.House;

public class FormatTests : ModuleTest
{
    private const string Join = "Set-EspWifiCredential $session MyHomeWiFiAP ";
    private const string Result = "Name|SSID|Status|IPAddress|Reason";
    private const string Provision = "$row | Invoke-EspProvisioning -RetryDelay 0 ";
    private const string Pop = "-Pop abcd1234 ";
    private const string FleetResult = "Row|Name|SSID|Status|IPAddress|Reason";
    private const string Attach = "Set-EspThreadDataset $thread 000300000f02081111111122222222051000112233445566778899aabbccddeeff01021234";

    private static readonly XDocument Views = XDocument.Load(Path.Combine(RepositoryRoot, "EspProv.Format.ps1xml"));

    [Theory]
    [InlineData("Find-EspProvDevice", "Name Transport Address RSSI Security")]
    [InlineData("$session", "Id Name Transport Address Security State")]
    [InlineData("$session | Get-EspProvCapability", "Name Version Security Patch Capabilities")]
    [InlineData("Get-EspWifiScan $session", "SSID BSSID Channel RSSI Auth")]
    [InlineData("Get-EspWifiStatus $session", "Name State FailReason SSID IPAddress")]
    [InlineData("Set-EspWifiCredential $session MyHomeWiFiAP mypassword", "Name SSID Status IPAddress Reason")]
    [InlineData("Get-EspVirtualDevice", "Name Address Security State SSID")]
    [InlineData("Send-EspCustomData $session hello", "Name Endpoint Text")]
    public void Has_a_table_and_a_list_of_its_own_whose_properties_exist(string command, string columns)
    {
        ConnectDevice();
        PSObject shown = RunClean($"@({command})[0]")[0];
        XElement[] ofType = [.. Views.Descendants("View").Where(view => view.Descendants("TypeName").Any(type => type.Value == shown.BaseObject.GetType().FullName))];

        XElement table = Assert.Single(ofType, view => view.Element("TableControl") is not null);
        Assert.Single(ofType, view => view.Element("ListControl") is not null);
        Assert.All(ofType.Descendants("PropertyName"), property => Assert.NotNull(shown.Properties[property.Value]));
        string?[] items = [.. table.Descendants("TableColumnItem").Select(item => item.Value)];
        string?[] labels = [.. table.Descendants("TableColumnHeader").Select(header => header.Element("Label")?.Value)];
        Assert.Equal(items.Length, labels.Length);
        Assert.Equal(columns, string.Join(' ', labels.Zip(items, (label, item) => label ?? item)));
    }

    [Theory]
    [InlineData("Find-EspProvDevice PROV_261FCC", "Name|Transport|Address|RSSI|Security", "PROV_261FCC|SoftAP|Security1")]
    [InlineData("Get-EspVirtualDevice PROV_261FCC", "Name|Address|Security|State|SSID", "PROV_261FCC|Security1")]
    [InlineData("$session", "Id|Name|Transport|Address|Security|State", "PROV_261FCC|SoftAP|Security1|Opened")]
    [InlineData("$session | Get-EspProvCapability", "Name|Version|Security|Patch|Capabilities", "PROV_261FCC|v1.1|wifi_scan")]
    [InlineData("Get-EspWifiScan $session", "SSID|BSSID|Channel|RSSI|Auth", "A network with a name of 32 byte|78:8a:20:84:19:97|WPA2_ENTERPRISE")]
    [InlineData(Join + "mypassword", Result, "PROV_261FCC|MyHomeWiFiAP|Connected")]
    [InlineData(Join + "not-the-key -ErrorAction Ignore", Result, "Failed|AuthError")]
    [InlineData("$null = " + Join + "mypassword; Get-EspWifiStatus $session", "Name|State|FailReason|SSID|IPAddress", "Connected|MyHomeWiFiAP")]
    [InlineData(Provision + Pop + "-JournalPath $journal", FleetResult, "PROV_261FCC|MyHomeWiFiAP|Connected")]
    [InlineData(Provision + "-Pop wrong", FleetResult, "Failed|WrongCredentials")]
    [InlineData(Provision + "-Validate", FleetResult, "Valid")]
    [InlineData("$null = " + Provision + Pop + "-JournalPath $journal; Import-EspProvJournal $journal", FleetResult, "Connected")]
    [InlineData("Send-EspCustomData $session hello", "Name|Endpoint|Text", "PROV_261FCC|custom-data")]
    [InlineData("Get-EspVirtualDevice PROV_261FCC | New-EspQrCode -As Json | ConvertFrom-EspQrCode", "Name|Transport|Security|Username|Secrets", "PROV_261FCC|SoftAP|pop")]
    [InlineData("New-EspSec2Credential wifiprov abcd1234", "Name|Username|Salt|Verifier", "wifiprov")]
    [InlineData("Get-EspThreadScan $thread", "Network|PAN ID|Extended PAN ID|Channel|RSSI|LQI", "OpenThreadDemo|0x1234|1111111122222222")]
    [InlineData(Attach, "Name|Network|Status|PAN ID|Reason", "PROV_THREAD|OpenThreadDemo|Connected|0x1234")]
    [InlineData("$null = " + Attach + "; Get-EspThreadStatus $thread", "Name|State|FailReason|Network|PAN ID|Channel", "PROV_THREAD|Attached|0x1234")]
    public void A_default_view_is_whole_at_any_common_width(string command, string headings, string cells)
    {
        ConnectDevice("-ConnectDelay 0 -ScanDelay 0 -AccessPoint "
            + "@{ Ssid = 'A network with a name of 32 byte'; Bssid = '78:8a:20:84:19:97'; Channel = 13; Rssi = -100; Auth = 5 }, "
            + "@{ Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' }");
        StartDevice("PROV_THREAD", "-Network Thread");
        string journal = Path.GetTempFileName();
        File.Delete(journal);
        RunClean("""
            $PSStyle.OutputRendering = "PlainText"
            $thread = Find-EspProvDevice PROV_THREAD | Connect-EspProvSession -ProofOfPossession abcd1234
            $row = [pscustomobject]@{ Name = 'PROV_261FCC'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' }
            """);
        RunClean($"$shown = & {{ {command} }}", ("journal", journal));
        foreach (int width in new[] { 80, 90, 120 })
        {
            string text = RunClean<string>($"$shown | Out-String -Width {width}");
            Assert.Matches($@"(?m)^ *{headings.Replace("|", " +", StringComparison.Ordinal)} *\r?$", text);
            Assert.All(cells.Split('|').Append(RunClean<string>("\"$($shown.IPAddress)\"")), cell => Assert.Contains(cell, text, StringComparison.Ordinal));
        }

        File.Delete(journal);
    }

    [Fact]
    public void A_row_with_a_warning_is_marked_in_a_narrow_table()
    {
        StartDevice("PROV_OPEN", "-ProofOfPossession '' -ConnectDelay 0");
        RunClean("$row = [pscustomobject]@{ Name = 'PROV_OPEN'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'not-the-key' }");
        Assert.Contains("! AuthError", RunClean<string>("$row | Invoke-EspProvisioning | Out-String -Width 80"), StringComparison.Ordinal);
        Assert.Contains("! see Warning", RunClean<string>("$row.Passphrase = 'mypassword'; $row | Invoke-EspProvisioning | Out-String -Width 80"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Ssid", "SSID")]
    [InlineData("Bssid", "BSSID")]
    [InlineData("Rssi", "RSSI")]
    [InlineData("Lqi", "LQI")]
    public void An_abbreviation_is_labelled_alike_in_all_views(string property, string label)
    {
        XElement[] tables = [.. Views.Descendants("TableControl")];
        string?[] headers = [.. tables.SelectMany(table => table.Descendants("TableColumnHeader").Zip(table.Descendants("TableColumnItem")))
            .Where(column => column.Second.Element("PropertyName")?.Value == property).Select(column => column.First.Element("Label")?.Value)];
        string?[] items = [.. Views.Descendants("ListItem").Where(item => item.Element("PropertyName")?.Value == property).Select(item => item.Element("Label")?.Value)];
        Assert.NotEmpty(items);
        Assert.All(headers.Concat(items), shown => Assert.Equal(label, shown));
    }

    [Fact]
    public void Objects_have_one_name_for_one_thing()
    {
        string[] properties = [.. RunClean("""
            (Get-Command -Module EspProv).OutputType.Type | Where-Object Namespace -Like EspProv.* | Sort-Object FullName -Unique |
                ForEach-Object { $type = $_.Name; $_.GetProperties().Name | ForEach-Object { "$type.$_" } }
            """).Select(name => name.ToString()!)];
        Assert.Contains("EspProvisioningResult.IPAddress", properties);

        // Name, IPAddress, Status and SecurityVersion. A network has a name of its own, so it says DeviceName.
        Assert.DoesNotContain(properties, name => name.Split('.')[1] is "Device" or "Ip" or "IpAddress" or "Outcome" or "Result" or "Security");
        Assert.Equal(["EspThreadNetwork.DeviceName", "EspWifiAccessPoint.DeviceName"], properties.Where(name => name.EndsWith("DeviceName", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_scan_table_reads_like_the_one_of_the_vendors_tool()
    {
        ConnectDevice();
        RunClean("Get-EspWifiScan $session | Out-Default");
        Assert.Matches(@"SSID +BSSID +Channel +RSSI +Auth", Host.Shown);
        Assert.Matches(@"MyHomeWiFiAP +78:8a:20:84:19:96 +1 +-45 WPA2_PSK", Host.Shown);
    }

    [Fact]
    public void A_capability_list_is_shown_as_words_and_a_log_as_lines()
    {
        ConnectDevice();
        RunClean("$session | Get-EspProvCapability | Out-Default; Get-EspVirtualDeviceLog PROV_261FCC | Out-Default");
        Assert.Contains("wifi_scan", Host.Shown, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^I \(\d+\) app: Starting provisioning", Host.Shown);
    }

    // Bytes that are the exact form of a name beside it, and secrets, which are never text.
    [Fact]
    public void A_table_of_any_object_has_values_and_no_names_of_types()
    {
        ConnectDevice("-ScanDelay 0 -ConnectDelay 0 -ApplicationInfo @{ lamp = '{\"ver\":\"v3\"}' }");
        RunClean("""
            $null = Start-EspVirtualDevice PROV_T -Network Thread -ScanDelay 0 -ConnectDelay 0
            $thread = Get-EspVirtualDevice PROV_T | Connect-EspProvSession -Pop abcd1234
            """);
        string[] typed = [.. RunClean("""
            $objects = @(
                Find-EspProvDevice
                Get-EspVirtualDevice
                Get-EspVirtualDeviceLog PROV_T -Last 1
                Get-EspProvSession
                Get-EspProvCapability -Session $session
                Get-EspWifiScan $session
                Set-EspWifiCredential $session MyHomeWiFiAP mypassword
                Get-EspWifiStatus $session
                Get-EspThreadScan $thread -NetworkName OpenThreadDemo -OutVariable network
                $network | Set-EspThreadDataset -NetworkKey 00112233445566778899aabbccddeeff
                Get-EspThreadStatus $thread
                Send-EspCustomData -Session $thread -Endpoint custom-data -Text hello
                '{"ver":"v1","name":"P","pop":"p","transport":"ble","more":{"a":1}}' | ConvertFrom-EspQrCode
                New-EspSec2Credential -Username u -Password password
            )
            foreach ($object in $objects) {
                foreach ($cell in ($object | ConvertTo-Csv | ConvertFrom-Csv).PSObject.Properties) {
                    if ($cell.Value -match '^(System|EspProv)\.') { "$($object.GetType().Name).$($cell.Name)" }
                }
            }
            """).Select(name => $"{name}").Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "EspCustomDataResponse.Bytes", "EspQrCode.ProofOfPossession", "EspThreadNetwork.NetworkNameBytes", "EspWifiAccessPoint.SsidBytes",
            ],
            typed);
    }

    [Fact]
    public void Lists_and_tables_are_one_text_in_a_row_and_what_they_are_elsewhere()
    {
        ConnectDevice("-ApplicationInfo @{ lamp = '{\"ver\":\"v3\"}' }");
        Assert.Equal("wifi_scan", RunClean<string>("($session | ConvertTo-Csv | ConvertFrom-Csv).Capabilities"));
        Assert.Equal("True", RunClean<string>("$session.Capabilities -contains 'wifi_scan' -and $session.Capabilities[0] -eq 'wifi_scan'"));
        Assert.Equal("wifi_scan", RunClean<string>("($session | ConvertTo-Json -Depth 2 | ConvertFrom-Json).Capabilities[0]"));
        RunClean("$capability = Get-EspProvCapability -Session $session");
        Assert.StartsWith("lamp=", RunClean<string>("($capability | ConvertTo-Csv | ConvertFrom-Csv).Application"), StringComparison.Ordinal);
        Assert.Contains("v3", RunClean<string>("($capability | ConvertTo-Json | ConvertFrom-Json).Application.lamp"), StringComparison.Ordinal);
    }
}
