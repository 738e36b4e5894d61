using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Pipeline;

public class CompletionTests : ModuleTest
{
    [Fact]
    public void Offers_sessions_by_number_with_their_devices()
    {
        ConnectDevice();
        string id = RunClean<string>("$session.Id");
        foreach (string command in new[] { "Get-EspWifiScan -Session ", "Get-EspWifiScan ", "Set-EspWifiCredential ", "Disconnect-EspProvSession ", "Get-EspProvSession -Id " })
            Assert.Equal([id], Complete(command));
        Assert.Equal(["PROV_261FCC"], Complete("Get-EspProvSession -Name P"));
    }

    [Fact]
    public void Offers_the_networks_of_the_last_scan_quoted_where_they_need_it()
    {
        ConnectDevice("-ScanDelay 0 -AccessPoint @{ Ssid = 'plain'; Rssi = -40 }, @{ Ssid = \"Anna's net\"; Rssi = -50 }, @{ Ssid = ''; Rssi = -60 }");
        Assert.Empty(Complete("Set-EspWifiCredential -Session $session -Ssid "));
        RunClean("Get-EspWifiScan $session");
        Assert.Equal(["plain", "'Anna''s net'"], Complete("Set-EspWifiCredential -Session $session -Ssid "));
        Assert.Equal(["'Anna''s net'"], Complete("Set-EspWifiCredential -Ssid an"));
    }

    [Fact]
    public void Offers_virtual_devices_addresses_and_endpoints()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_1 -CustomEndpoint cloud-token");
        string address = RunClean<string>("(Get-EspVirtualDevice).Address");
        foreach (string verb in new[] { "Get", "Stop", "Clear" })
            Assert.Equal(["PROV_1"], Complete($"{verb}-EspVirtualDevice P"));
        Assert.Equal(["PROV_1"], Complete("Get-EspVirtualDeviceLog P"));
        Assert.Equal([address, "192.168.4.1"], Complete("Connect-EspProvSession -Address "));
        Assert.Equal([address], Complete("Find-EspProvDevice -Address 127"));
        Assert.Equal(["custom-data", "cloud-token"], Complete("Send-EspCustomData -Endpoint "));
        Assert.Contains("Security2", Complete("Start-EspVirtualDevice -SecurityVersion "));
        Assert.Equal(["SoftAP"], Complete("Find-EspProvDevice -Transport So"));
    }

    [Fact]
    public void Offers_device_names_where_a_name_can_be_given()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_1, 'lamp 2'");
        foreach (string command in new[] { "Connect-EspProvSession ", "Connect-EspProvSession -Name ", "Get-EspProvCapability ", "Get-EspWifiScan -Name ", "Find-EspProvDevice " })
            Assert.Equal(["PROV_1", "'lamp 2'"], Complete(command)[..2]); // and then what Find-EspProvDevice has found in this process
    }

    [Fact]
    public void What_is_offered_means_itself()
    {
        ConnectDevice("-ScanDelay 0 -AccessPoint @{ Ssid = 'TV[Samsung]'; Rssi = -40 }, @{ Ssid = '-dash'; Rssi = -50 }, @{ Ssid = 'TVS'; Rssi = -60 }");
        RunClean("$null = Start-EspVirtualDevice '-lamp', 'lamp[1]'; $null = Get-EspWifiScan");

        // Escaped where wildcards are taken, and as it is elsewhere.
        Assert.Equal(["'TV`[Samsung`]'", "'-dash'", "TVS"], Complete("Get-EspWifiScan -Ssid "));
        Assert.Equal(["'TV`[Samsung`]'"], Complete("Get-EspWifiScan -Ssid 'TV`["));
        Assert.Equal(["'TV[Samsung]'", "'-dash'", "TVS"], Complete("Set-EspWifiCredential -Ssid "));
        Assert.Equal(["'-lamp'", "'lamp`[1`]'"], Complete("Get-EspVirtualDevice ").Where(name => name.Contains("lamp", StringComparison.Ordinal)));
        Assert.Equal("TV[Samsung]", RunClean<string>($"(Get-EspWifiScan -Ssid {Complete("Get-EspWifiScan -Ssid TV")[0]}).Ssid"));
    }

    private string[] Complete(string input)
    {
        using PowerShell shell = Prepare("");
        shell.Commands.Clear();
        return [.. CommandCompletion.CompleteInput(input, input.Length, [], shell).CompletionMatches.Select(match => match.CompletionText)];
    }
}
