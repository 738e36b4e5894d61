using System.Management.Automation;
using System.Reflection;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.VirtualDevices;

public class VirtualDeviceTests : ModuleTest
{
    [Fact]
    public void Starts_as_many_devices_as_are_asked_for_each_with_its_own_name_and_address()
    {
        Assert.Equal(20, RunClean<int>("$devices = Start-EspVirtualDevice -Count 20; @($devices.Name | Where-Object { $_ -match '^PROV_[0-9A-F]{6}$' }).Count"));
        Assert.Equal(20, RunClean<int>("$seen = @{}; $devices | ForEach-Object { $seen[$_.Address] = 1 }; $seen.Count"));
        Assert.Equal(20, RunClean<int>("@(Get-EspVirtualDevice).Count"));
    }

    [Fact]
    public void Starts_devices_from_rows_and_stops_them_by_wildcard()
    {
        RunClean("[pscustomobject]@{ Name = 'PROV_A1'; ProofOfPossession = 'first' }, [pscustomobject]@{ Name = 'PROV_B1'; ProofOfPossession = 'second' } | Start-EspVirtualDevice");
        Assert.Equal("Security1", RunClean<string>("(Find-EspProvDevice PROV_B1 | Connect-EspProvSession -Pop second).SecurityVersion"));

        RunClean("Stop-EspVirtualDevice PROV_A*");

        Assert.Equal("PROV_B1", RunClean<string>("(Get-EspVirtualDevice).Name"));
    }

    [Fact]
    public void Takes_consecutive_ports_from_the_one_that_is_given()
    {
        int port = RunClean<int>("[int](Start-EspVirtualDevice PROV_PORT).Address.Split(':')[1]; Stop-EspVirtualDevice PROV_PORT");
        Assert.Equal($"127.0.0.1:{port}", RunClean<string>($"(Start-EspVirtualDevice PROV_PORT -Port {port}).Address"));
    }

    [Fact]
    public void A_port_that_is_taken_is_an_error_that_says_so()
    {
        ErrorRecord error = RunToError("$port = [int](Start-EspVirtualDevice PROV_ONE).Address.Split(':')[1]; Start-EspVirtualDevice PROV_TWO -Port $port");
        Assert.Equal("VirtualDeviceNotStarted", IdOf(error));
    }

    [Fact]
    public void Lives_in_the_Wi_Fi_world_that_it_is_given_as_hashtables()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_LAB -ScanDelay 0 -AccessPoint @{ Ssid = 'lab'; Passphrase = 'correct horse'; Channel = 11; Rssi = -40 }, @{ Ssid = 'guests' }");
        Assert.Equal(
            "lab/11/-40/WPA2_PSK guests/6/-50/Open",
            RunClean<string>("(Get-EspVirtualDevice PROV_LAB | Get-EspWifiScan -Pop abcd1234 | ForEach-Object { \"$($_.Ssid)/$($_.Channel)/$($_.Rssi)/$($_.Auth)\" }) -join ' '"));
    }

    [Theory]
    [InlineData("@{ Ssid = 'x'; Colour = 'red' }", "Colour")]
    [InlineData("@{ Rssi = -40 }", "Ssid")]
    [InlineData("@{ Ssid = 'x'; Channel = 'six' }", "Channel")]
    public void A_world_that_makes_no_sense_is_refused_by_the_name_of_its_column(string accessPoint, string named)
    {
        ErrorRecord error = RunToError($"Start-EspVirtualDevice -AccessPoint {accessPoint}");
        Assert.Equal("ParameterArgumentTransformationError", IdOf(error));
        Assert.Contains(named, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Remembers_its_network_in_the_state_file_until_it_is_cleared()
    {
        string state = Path.GetTempFileName();
        File.Delete(state);
        try
        {
            RunClean("Start-EspVirtualDevice PROV_NVS -StatePath $state -ConnectDelay 0 | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Pop abcd1234", ("state", state));
            RunClean("Stop-EspVirtualDevice PROV_NVS");

            Assert.Equal("AlreadyProvisioned", RunClean<string>("(Start-EspVirtualDevice PROV_NVS -StatePath $state).State"));
            Assert.Empty(RunClean("Find-EspProvDevice PROV_NVS"));
            Assert.Contains(RunClean("Get-EspVirtualDeviceLog PROV_NVS | ForEach-Object Line"), line => line.ToString().Contains("Already provisioned, starting Wi-Fi STA", StringComparison.Ordinal));

            Assert.Equal("Provisioning", RunClean<string>("(Clear-EspVirtualDevice PROV_NVS -PassThru).State"));
            Assert.Single(RunClean("Find-EspProvDevice PROV_NVS"));
        }
        finally
        {
            File.Delete(state);
        }
    }

    [Fact]
    public void One_state_file_for_two_devices_is_refused() =>
        Assert.Equal("ParameterConflict", IdOf(RunToError("Start-EspVirtualDevice PROV_A, PROV_B -StatePath ./state.json")));

    [Fact]
    public void It_listens_at_an_address_of_this_machine()
    {
        Assert.StartsWith("127.0.0.1:", RunClean<string>("(Start-EspVirtualDevice -ListenAddress 0.0.0.0).Address"), StringComparison.Ordinal);
        Assert.Equal("VirtualDeviceNotStarted", IdOf(RunToError("Start-EspVirtualDevice -ListenAddress 192.0.2.1")));
        Assert.Equal("ParameterConflict", IdOf(RunToError("Start-EspVirtualDevice -ListenAddress 127.0.0.1 -Transport Serial")));
    }

    [Fact]
    public void Its_log_shows_the_lines_of_a_board_numbered_and_the_last_ones_on_request()
    {
        StartDevice();
        Assert.Contains("Provisioning started with service name : PROV_261FCC", RunClean<string>("(Get-EspVirtualDeviceLog PROV_261FCC) -join ' '"), StringComparison.Ordinal);
        Assert.Equal(1, RunClean<int>("@(Get-EspVirtualDevice | Get-EspVirtualDeviceLog -Last 1).Count"));
        Assert.Equal(1, RunClean<long>("(Get-EspVirtualDeviceLog PROV_261FCC)[0].Number"));
    }

    [Theory]
    [InlineData("Get-EspVirtualDevice")]
    [InlineData("Get-EspVirtualDeviceLog")]
    [InlineData("Stop-EspVirtualDevice")]
    [InlineData("Clear-EspVirtualDevice")]
    [InlineData("Restart-EspVirtualDevice")]
    public void A_name_that_nobody_has_is_an_error_and_a_wildcard_that_matches_nobody_is_not(string cmdlet)
    {
        Assert.Equal("VirtualDeviceNotFound", IdOf(RunToError($"{cmdlet} PROV_NOBODY")));
        RunClean($"{cmdlet} PROV_NOBODY*");
    }

    [Theory]
    [InlineData("$second | Stop-EspVirtualDevice; (Get-EspVirtualDevice).Address", "$first.Address")]
    [InlineData("Stop-EspVirtualDevice $second; (Get-EspVirtualDevice).Address", "$first.Address")]
    [InlineData("$third = Start-EspVirtualDevice PROV_A -WarningAction SilentlyContinue; Stop-EspVirtualDevice $first, $third; (Get-EspVirtualDevice).Address", "$second.Address")]
    [InlineData("$third = Start-EspVirtualDevice PROV_A -WarningAction SilentlyContinue; Stop-EspVirtualDevice @($third, $second); (Get-EspVirtualDevice).Address", "$first.Address")]
    [InlineData("(Connect-EspProvSession $second, $first -Pop abcd1234 | ForEach-Object Address) -join ' '", "\"$($second.Address) $($first.Address)\"")]
    [InlineData("($second | Clear-EspVirtualDevice -PassThru).Address", "$second.Address")]
    [InlineData("($second | Restart-EspVirtualDevice -PassThru).Address", "$second.Address")]
    [InlineData("($second | Get-EspVirtualDevice).Address", "$second.Address")]
    [InlineData("@($second | Get-EspVirtualDeviceLog -Last 1).Count", "1")]
    [InlineData("@([pscustomobject]@{ Name = 'PROV_A' } | Get-EspVirtualDevice).Count", "2")]
    public void An_object_is_that_device_also_where_another_one_has_its_name(string command, string expected)
    {
        RunClean("$first = Start-EspVirtualDevice PROV_A; $second = Start-EspVirtualDevice PROV_A -WarningAction SilentlyContinue");
        Assert.Equal(RunClean<string>(expected), RunClean<string>(command));
    }

    [Fact]
    public void A_second_device_of_a_running_name_is_warned_about()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_A");
        Assert.Empty(Streams.Warning);
        RunClean("$null = Start-EspVirtualDevice PROV_A");
        Assert.Contains("'PROV_A' is already running", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Made_up_names_do_not_repeat()
    {
        // Of so many, random names alone would repeat one in most runs.
        const int Names = 12_000;
        Type registry = AppDomain.CurrentDomain.GetAssemblies().Single(assembly => assembly.GetName().Name == "EspProv.PowerShell")
            .GetType("EspProv.Commands.VirtualDevices.VirtualDeviceRegistry", throwOnError: true)!;
        object current = registry.GetProperty("Current", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
        MethodInfo makeUp = registry.GetMethod("MakeUpName", BindingFlags.NonPublic | BindingFlags.Instance)!;
        Assert.Equal(Names, Enumerable.Range(0, Names).Select(_ => (string)makeUp.Invoke(current, null)!).Distinct().Count());
    }

    [Theory]
    [InlineData("Stop-EspVirtualDevice")]
    [InlineData("Clear-EspVirtualDevice")]
    [InlineData("Restart-EspVirtualDevice")]
    [InlineData("Get-EspVirtualDeviceLog")]
    public void Without_a_device_it_says_what_to_give(string cmdlet) =>
        Assert.Equal("ParameterRequired", IdOf(RunToError(cmdlet)));
}
