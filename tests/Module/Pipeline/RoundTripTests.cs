using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Pipeline;

/// <summary>Objects that went through a file or another process.</summary>
public sealed class RoundTripTests : ModuleTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("espprov-").FullName;

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("Export-Csv $file; Import-Csv $file")]
    [InlineData("Export-Clixml $file; Import-Clixml $file")]
    [InlineData("ConvertTo-Json | Set-Content $file; Get-Content $file -Raw | ConvertFrom-Json")]
    [InlineData("ConvertTo-Json -EnumsAsStrings | Set-Content $file; Get-Content $file -Raw | ConvertFrom-Json")]
    public void Devices_connect_after_a_file(string through)
    {
        RunClean("$null = Start-EspVirtualDevice PROV_1, PROV_2");
        RunClean($"Find-EspProvDevice | {through} | Connect-EspProvSession -Pop abcd1234", ("file", Path.Combine(_folder, "devices")));
        Assert.Equal("PROV_1 PROV_2", RunClean<string>("(Get-EspProvSession).Name -join ' '"));
    }

    [Fact]
    public void Virtual_devices_and_rows_with_empty_cells_connect_after_a_file()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_1; Get-EspVirtualDevice | Export-Csv $file", ("file", Path.Combine(_folder, "devices.csv")));
        RunClean("Import-Csv $file | Connect-EspProvSession -Pop abcd1234 | Disconnect-EspProvSession");

        // As a table of devices has them where only some need a value.
        RunClean("[pscustomobject]@{ Address = (Get-EspVirtualDevice).Address; Name = ''; ProofOfPossession = 'abcd1234'; Username = ''; Password = ''; Adapter = ''; SoftApKey = ''; AccessPoint = ''; BaudRate = '' } | Export-Csv $file");
        Assert.Equal("Security1", RunClean<string>("(Import-Csv $file | Connect-EspProvSession).SecurityVersion"));
    }

    [Fact]
    public void An_empty_proof_in_a_file_is_none_and_is_asked_for()
    {
        StartDevice();
        Host.Answers.Enqueue("abcd1234");
        RunClean("$null = [pscustomobject]@{ Address = (Get-EspVirtualDevice).Address; Pop = '' } | Connect-EspProvSession");
        Assert.Equal(["Proof of possession"], Host.Questions);
    }

    [Theory]
    [InlineData("Get-EspWifiScan")]
    [InlineData("Set-EspWifiCredential -Ssid a -Passphrase 12345678")]
    [InlineData("Disconnect-EspProvSession")]
    [InlineData("Get-EspProvSession")]
    public void A_session_out_of_another_process_says_so(string command)
    {
        ConnectDevice();
        RunClean("$session | Export-Clixml $file", ("file", Path.Combine(_folder, "session.xml")));
        Assert.Contains("another process", RunToError($"Import-Clixml $file | {command}").ToString(), StringComparison.Ordinal);
        Assert.Equal("Opened", RunClean<string>("$session.State"));
    }

    [Fact]
    public void What_was_scanned_in_a_session_finds_it_again_after_a_table()
    {
        ConnectDevice();
        RunClean("Get-EspWifiScan -Ssid MyHomeWiFiAP | Export-Csv $file", ("file", Path.Combine(_folder, "scan.csv")));
        Assert.Equal("Connected", RunClean<string>("(Import-Csv $file | Select-Object -First 1 | Set-EspWifiCredential -Passphrase mypassword).Status"));
    }
}
