using System.Management.Automation;
using System.Xml.Linq;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.House;

public class FormatTests : ModuleTest
{
    private static readonly XDocument Views = XDocument.Load(Path.Combine(RepositoryRoot, "EspProv.Format.ps1xml"));

    [Theory]
    [InlineData("Find-EspProvDevice", "Name Transport Address Rssi Security")]
    [InlineData("$session", "Id Name Transport Address Security State")]
    [InlineData("$session | Get-EspProvCapability", "Name Version Security Patch Capabilities")]
    [InlineData("Get-EspWifiScan $session", "SSID BSSID Channel RSSI Auth")]
    [InlineData("Get-EspWifiStatus $session", "Device State FailReason Attempts SSID IPAddress")]
    [InlineData("Set-EspWifiCredential $session MyHomeWiFiAP mypassword", "Device SSID Outcome IPAddress Reason")]
    [InlineData("Get-EspVirtualDevice", "Name Address Security State SSID")]
    [InlineData("Send-EspCustomData $session hello", "Device Endpoint Text")]
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

    [Theory]
    [InlineData("Find-EspProvDevice")]
    [InlineData("Get-EspWifiScan $session")]
    [InlineData("Set-EspWifiCredential $session MyHomeWiFiAP mypassword")]
    public void Its_objects_are_flat_in_what_a_report_needs(string command)
    {
        ConnectDevice();
        Assert.Empty(RunClean($"@({command})[0].PSObject.Properties | Where-Object {{ $_.Name -notin 'SsidBytes', 'ServiceUuids' -and $_.Value -is [array] }} | ForEach-Object Name"));
    }
}
