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
        Assert.Equal([address, "192.168.4.1"], Complete("Connect-EspProvSession -Address ")[..2]); // and then this machine's ports
        Assert.Equal([address, "192.168.4.1"], Complete("Connect-EspProvSession -Transport SoftAP -Address "));
        Assert.Equal([address], Complete("Find-EspProvDevice -Address 127"));
        Assert.Equal(["custom-data", "cloud-token"], Complete("Send-EspCustomData -Endpoint "));
        Assert.Contains("Security2", Complete("Start-EspVirtualDevice -SecurityVersion "));
        Assert.Equal(["SoftAP"], Complete("Find-EspProvDevice -Transport So"));
    }

    [Fact]
    public void Offers_the_ports_with_the_logs_of_virtual_devices()
    {
        string port = RunClean<string>("(Start-EspVirtualDevice PROV_1 -MonitorPort).MonitorPort");
        foreach (string command in new[] { "Connect-EspProvSession", "Set-EspWifiCredential", "Set-EspThreadDataset", "Invoke-EspProvisioning" })
            Assert.Equal($"'{port}'", Complete($"{command} -MonitorPort ")[0]); // and then this machine's ports
    }

    [Fact]
    public void Offers_device_names_where_a_name_can_be_given()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_1, 'lamp 2'");
        foreach (string command in new[] { "Connect-EspProvSession ", "Connect-EspProvSession -Name ", "Get-EspProvCapability ", "Get-EspWifiScan -Name ", "Find-EspProvDevice " })
            Assert.Equal(["PROV_1", "'lamp 2'"], Complete(command)[..2]); // and then what Find-EspProvDevice has found in this process
    }

    [Fact]
    public void Offers_names_to_look_for_also_before_anything_was_found()
    {
        Assert.Equal("PROV_", Complete("Find-EspProvDevice ").Last());
        Assert.Equal("PROV_", Complete("Find-EspProvDevice -Name ").Last());
        RunClean("$null = Start-EspVirtualDevice lamp");
        Assert.Equal(["lamp"], Complete("Find-EspProvDevice la"));
        Assert.Equal(["lamp"], Complete("Invoke-EspProvisioning -Name la"));
    }

    [SkippableFact]
    public void Offers_serial_ports_for_Port()
    {
        Skip.If(OperatingSystem.IsWindows(), "A virtual serial device is a pseudo-terminal.");
        RunClean("$null = Start-EspVirtualDevice PROV_PORT -Transport Serial; $null = Start-EspVirtualDevice PROV_AP");
        string[] ports = [.. RunClean("(Find-EspProvDevice -Transport Serial).Address").Select(port => $"{port}")];
        Assert.NotEmpty(ports);
        string[] Sorted(string input) => [.. Complete(input).Select(text => text.Trim('\'')).Order(StringComparer.Ordinal)];
        foreach (string command in new[] { "Connect-EspProvSession -Port ", "Get-EspWifiScan -Transport Serial -Address ", "Find-EspProvDevice -Port ", "Invoke-EspProvisioning -Port ", "Watch-EspBoardLog ", "Get-EspBoard -Port ", "Get-EspBoard ", "Clear-EspBoardNvs " })
            Assert.Equal(ports.Order(StringComparer.Ordinal), Sorted(command));
    }

    [Fact]
    public void Offers_no_files_where_none_are_taken()
    {
        Assert.Equal(["nvs"], Complete("Clear-EspBoardNvs COM3 -Partition "));
        Assert.Empty(Complete("Clear-EspBoardNvs COM3 -Partition READ"));
        Assert.Equal(["'1/2'", "'2/2'"], Complete("Invoke-EspProvisioning -Shard "));
        Assert.Empty(Complete("Get-EspBoard READ"));
    }

    [Fact]
    public void Offers_the_access_points_of_the_network_on_the_command_line()
    {
        ConnectDevice("""
            -ScanDelay 0 -AccessPoint @{ Ssid = 'mesh'; Bssid = '02:00:00:00:00:01'; Rssi = -40 },
                @{ Ssid = 'mesh'; Bssid = '02:00:00:00:00:02'; Rssi = -50 }, @{ Ssid = 'other'; Bssid = '02:00:00:00:00:03'; Rssi = -60 }
            """);
        Assert.Empty(Complete("Set-EspWifiCredential -Session $session -Bssid "));
        RunClean("Get-EspWifiScan $session");
        Assert.Equal(["02:00:00:00:00:01", "02:00:00:00:00:02"], Complete("Set-EspWifiCredential $session -Ssid mesh -Bssid "));
        Assert.Equal(["02:00:00:00:00:03"], Complete("Invoke-EspProvisioning -Ssid other -Bssid "));
        Assert.Equal(3, Complete("Set-EspWifiCredential -Bssid 02").Length);
    }

    [Fact]
    public void Offers_the_Thread_networks_of_the_last_scan()
    {
        RunClean("""
            $null = Start-EspVirtualDevice PROV_T -Network Thread -ScanDelay 0
            $session = Get-EspVirtualDevice PROV_T | Connect-EspProvSession -Pop abcd1234
            """);
        Assert.Empty(Complete("Set-EspThreadDataset $session -NetworkName "));
        string[] names = [.. RunClean("(Get-EspThreadScan $session).NetworkName | Select-Object -Unique").Select(name => $"{name}")];
        Assert.True(names.Length > 1);
        foreach (string command in new[] { "Set-EspThreadDataset $session -NetworkName ", "Get-EspThreadScan -NetworkName " })
            Assert.Equal(names, Complete(command).Select(text => text.Trim('\'').Replace("''", "'", StringComparison.Ordinal)));
    }

    // Names and places of what there is. What is not offered names something new.
    [Fact]
    public void Everything_that_names_what_there_is_can_be_completed()
    {
        string[] bare = [.. RunClean("""
            $named = 'Session', 'Id', 'Name', 'NamePrefix', 'Address', 'Adapter', 'Endpoint', 'Ssid', 'NetworkName', 'Bssid', 'Partition', 'Shard'
            foreach ($command in Get-Command -Module EspProv) {
                foreach ($parameter in $command.Parameters.Values | Where-Object Name -In $named) {
                    if (-not ($parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.ArgumentCompleterAttribute] })) {
                        "$($command.Name) -$($parameter.Name)"
                    }
                }
            }
            """).Select(line => $"{line}")];
        Assert.Equal(["New-EspQrCode -Name", "New-EspSec2Credential -Name", "Start-EspVirtualDevice -Name"], bare);
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
