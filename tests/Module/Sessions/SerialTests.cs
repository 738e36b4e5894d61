using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Sessions;

/// <summary>
/// The serial console through the cmdlets, on a real pseudo-terminal: System.IO.Ports and its native half come from the module's own folder.
/// </summary>
public class SerialTests : ModuleTest
{
    [SkippableFact]
    public void A_board_on_a_serial_port_is_provisioned()
    {
        StartBoard("-Noise");
        RunClean("$session = Connect-EspProvSession -Transport Serial -Port $board.Address -BaudRate 115200 -ProofOfPossession abcd1234");
        Assert.Equal("Serial Opened", RunClean<string>("\"$($session.Transport) $($session.State)\""));
        Assert.Equal(5, RunClean<int>("@(Get-EspWifiScan $session).Count"));
        Assert.Equal("SUCCESS", RunClean<string>("(Send-EspCustomData $session hello).Text"));
        Assert.Equal("Connected", RunClean<string>("(Set-EspWifiCredential $session MyHomeWiFiAP mypassword).Status"));
    }

    [SkippableFact]
    public void A_CSV_of_ports_is_a_fixture_of_boards()
    {
        StartBoard("", 3);
        Assert.Equal("Connected Connected Connected", RunClean<string>(
            "($board | ForEach-Object { [pscustomobject]@{ Port = $_.Address; Transport = 'Serial'; Name = $_.Name; ProofOfPossession = 'abcd1234'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' } } | Set-EspWifiCredential).Status -join ' '"));
    }

    [SkippableFact]
    public void A_fleet_of_boards_has_their_speeds_and_line_limits_in_its_columns()
    {
        RunClean("$small = Start-EspVirtualDevice -Name PROV_SMALL -Transport Serial -ConnectDelay 0; $large = Start-EspVirtualDevice -Name PROV_LARGE -Transport Serial -SecurityVersion 2 -LineLimit 1024 -ConnectDelay 0");
        RunClean("""
            $rows = @(
                [pscustomobject]@{ Port = $small.Address; Pop = 'abcd1234'; SecurityVersion = ''; BaudRate = '921600'; LineLimit = '' }
                [pscustomobject]@{ Port = $large.Address; Pop = ''; SecurityVersion = '2'; BaudRate = ''; LineLimit = '1024'; Username = 'wifiprov'; Password = 'abcd1234' }
                [pscustomobject]@{ Port = '/dev/ttyNONE1'; Pop = ''; SecurityVersion = '2'; BaudRate = ''; LineLimit = ''; Username = 'wifiprov'; Password = 'abcd1234' }
                [pscustomobject]@{ Port = '/dev/ttyNONE2'; Pop = 'x'; SecurityVersion = ''; BaudRate = '1'; LineLimit = '' }
                [pscustomobject]@{ Port = '/dev/ttyNONE3'; Pop = 'x'; SecurityVersion = ''; BaudRate = 'fast'; LineLimit = '' }
                [pscustomobject]@{ Port = '/dev/ttyNONE4'; Pop = 'x'; SecurityVersion = ''; BaudRate = ''; LineLimit = '16' }
            )
            """);
        Assert.Equal(
            "1/Connected/ 2/Connected/ 3/Invalid/RequestTooLarge 4/Invalid/InvalidValue 5/Invalid/InvalidValue 6/Invalid/InvalidValue",
            string.Join(' ', RunClean("$rows | Invoke-EspProvisioning -Transport Serial -Ssid MyHomeWiFiAP -Passphrase mypassword | ForEach-Object { \"$($_.Row)/$($_.Status)/$($_.Reason)\" }").Select(line => line.ToString()).Order()));
    }

    [Fact]
    public void A_port_that_is_not_there_is_said_to_be_so() =>
        Assert.Contains("there is no such port", RunToError("Connect-EspProvSession -Transport Serial -Port /dev/ttyNONE -Pop x").ToString(), StringComparison.Ordinal);

    [SkippableFact]
    public void Ports_are_found_when_they_are_asked_for_and_probed_on_request()
    {
        StartBoard();
        Assert.Equal("PROV_BOARD1 Serial", RunClean<string>("$found = Find-EspProvDevice PROV_BOARD1 -Transport Serial -Probe; \"$($found.Name) $($found.Transport)\""));
        Assert.Equal("Security1", RunClean<string>("$found.SecurityVersion"));
        Assert.Equal("True", RunClean<string>("$found.Address -eq $board.Address"));
        Assert.Empty(RunClean("Find-EspProvDevice PROV_BOARD1"));
        Assert.Equal("True", RunClean<string>("(Find-EspProvDevice -Port $board.Address -Transport Serial).Address -eq $board.Address"));
    }

    [SkippableFact]
    public void Security_2_needs_a_larger_line_and_the_error_says_how()
    {
        StartBoard("-SecurityVersion 2 -LineLimit 1024");
        ErrorRecord error = RunToError("$board | Connect-EspProvSession -Username wifiprov -Password abcd1234");
        Assert.Equal("RequestTooLarge", IdOf(error));
        Assert.Contains("-LineLimit", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal("Opened", RunClean<string>("($board | Connect-EspProvSession -Username wifiprov -Password abcd1234 -LineLimit 1024).State"));
    }

    [SkippableFact]
    public void A_board_that_is_unplugged_is_an_error_and_the_session_is_closed()
    {
        StartBoard();
        RunClean("$session = $board | Connect-EspProvSession -ProofOfPossession abcd1234; $board | Stop-EspVirtualDevice");
        Assert.Equal("SessionLost", IdOf(RunToError("Get-EspWifiStatus $session")));
        Assert.Equal("Closed", RunClean<string>("$session.State"));
    }

    [Theory]
    [InlineData("Connect-EspProvSession -Transport Serial -Port /dev/ttyNobody0", "DeviceUnreachable")]
    [InlineData("Connect-EspProvSession -Transport Serial -Port ' '", "InvalidAddress")]
    [InlineData("Start-EspVirtualDevice -Noise", "ParameterConflict")]
    [InlineData("Start-EspVirtualDevice -FlashEncryption", "ParameterConflict")]
    [InlineData("Start-EspVirtualDevice -Transport Console", "ParameterConflict")]
    public void What_cannot_be_is_an_error(string command, string id) => Assert.Equal(id, IdOf(RunToError(command)));

    [SkippableFact]
    public void The_boards_log_is_on_the_same_wire()
    {
        StartBoard();
        RunClean("$stream = [System.IO.File]::Open($board.Address, 'Open', 'ReadWrite'); $buffer = [byte[]]::new(4096); $count = $stream.Read($buffer, 0, 4096); $stream.Dispose()");
        Assert.Contains("app: Starting provisioning", RunClean<string>("[System.Text.Encoding]::ASCII.GetString($buffer, 0, $count)"), StringComparison.Ordinal);
    }

    private void StartBoard(string arguments = "", int count = 1)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no pseudo-terminals that are serial ports.");
        string names = string.Join(", ", Enumerable.Range(1, count).Select(i => $"PROV_BOARD{i}"));
        RunClean($"$board = Start-EspVirtualDevice {names} -Transport Serial -ConnectDelay 0 -ScanDelay 0 {arguments}");
    }
}
