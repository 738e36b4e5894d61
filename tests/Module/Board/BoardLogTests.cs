using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Board;

/// <summary>The log of a board: of a virtual one on a pseudo-terminal, and as text and files.</summary>
public class BoardLogTests : ModuleTest
{
    private const string Canary = "canary-passphrase-77e0";

    private const string Log = $$"""
        ESP-ROM:esp32c3-api1-20210207
        rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)
        I (66) boot: Partition Table:
        I (69) boot: ## Label            Usage          Type ST Offset   Length
        I (73) boot:  0 nvs              WiFi data        01 02 00009000 00006000
        I (88) boot:  1 factory          factory app      00 00 00010000 00100000
        I (95) boot: End of partition table
        I (445) app: Starting provisioning
        I (1045) network_prov_mgr: Provisioning started with service name : PROV_261FCC 
        I (1050) app: If QR code is not visible, copy paste the below URL in a browser.
        https://espressif.github.io/esp-jumpstart/qrcode.html?data={"ver":"v1","name":"PROV_261FCC","pop":"abcd1234","transport":"softap"}
        I (9000) app: Received Wi-Fi credentials
        	SSID     : MyHomeWiFiAP
        	Password : {{Canary}}
        E (9500) network_prov_mgr: Disconnect reason : 201
        I (9900) esp_netif_handlers: sta ip: 192.168.1.23, mask: 255.255.255.0, gw: 192.168.1.1
        I (9999) network_prov_mgr: Provisioning stopped
        """;

    [Fact]
    public void Lines_of_the_pipeline_are_objects_and_events()
    {
        Assert.Equal("Info 445 app Starting provisioning", Format("$log -split \"`n\"", "| Where-Object Tag -EQ app | Select-Object -First 1", "Level Milliseconds Tag Text"));
        Assert.Equal(
            "Reset PartitionTable ProvisioningStarted QrCode CredentialsReceived Disconnected AddressAssigned ProvisioningStopped",
            Text("($log -split \"`n\" | Get-EspBoardLog -Event).Kind -join ' '"));
        Assert.Equal(
            "nvs PROV_261FCC MyHomeWiFiAP NO_AP_FOUND 192.168.1.23",
            Text("$e = Get-EspBoardLog -InputObject $log -Event; \"$(($e.Partitions | Where-Object IsNvs).Label) $($e.ServiceName) $($e.Ssid) $($e.ReasonName) $($e.IPAddress)\""));
    }

    [Fact]
    public void Files_are_read_in_each_form_that_a_monitor_writes()
    {
        string folder = Directory.CreateTempSubdirectory("espprov-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a[1].log"), Log);
            File.WriteAllText(Path.Combine(folder, "b.log"), Log, System.Text.Encoding.Unicode);
            File.WriteAllText(Path.Combine(folder, "c.log"), Log, System.Text.Encoding.BigEndianUnicode);
            File.WriteAllText(Path.Combine(folder, "d.log"), Log, System.Text.Encoding.UTF8);
            int lines = int.Parse(Text("@($log -split \"`n\" | Get-EspBoardLog).Count"), System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal((4 * lines).ToString(System.Globalization.CultureInfo.InvariantCulture), Text("@(Get-EspBoardLog $folder/*.log).Count", ("folder", folder)));
            Assert.Equal(
                "32 8 8",
                Text("\"$(@(Get-ChildItem $folder | Get-EspBoardLog -Event).Count) $(@(Get-EspBoardLog -LiteralPath $folder/a[1].log -Event).Count) "
                    + "$(@(Get-Content $folder/d.log | Get-EspBoardLog -Event).Count)\"", ("folder", folder)));
            Assert.Equal("FileNotReadable", IdOf(RunToError("Get-EspBoardLog $folder/none*.log", ("folder", folder))));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_passphrase_is_in_no_property_unless_it_is_asked_for()
    {
        const string Everything = """
            $all = @($log | Get-EspBoardLog) + @($log | Get-EspBoardLog -Event) + @($log | Get-EspBoardLog -Event -IncludeSecrets)
            ($all | Format-List * -Force | Out-String -Width 500) + ($all | ConvertTo-Json -Depth 4 -WarningAction Ignore) + ($all -join "`n") + ($all | Out-String)
            """;
        string shown = Text(Everything);
        Assert.Contains("MyHomeWiFiAP", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(Canary, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("abcd1234", shown, StringComparison.Ordinal);
        Assert.Contains(Canary, Text("$log | Get-EspBoardLog -IncludeSecrets | Out-String"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_qr_code_of_a_log_connects_and_provisions()
    {
        StartDevice("PROV_261FCC", "-ConnectDelay 0 -ShowQr");
        RunClean("$code = (Get-EspVirtualDeviceLog PROV_261FCC).Line | Get-EspBoardLog -Event | Where-Object Kind -EQ QrCode");
        Assert.Equal("PROV_261FCC Opened", Text("$s = $code | Connect-EspProvSession -Address (Get-EspVirtualDevice).Address; \"$($s.Name) $($s.State)\""));
        Assert.Equal("Connected", Text(
            "($code | Invoke-EspProvisioning -Address (Get-EspVirtualDevice).Address -Ssid MyHomeWiFiAP -Passphrase mypassword).Status"));
    }

    [SkippableFact]
    public void A_port_is_watched_until_the_device_waits_to_be_provisioned()
    {
        StartBoard("-ShowQr");
        RunClean("$events = @($board | Watch-EspBoardLog -Event -Until Provisioning -Timeout 60)");
        Assert.Equal("Reset PartitionTable ProvisioningStarted QrCode", Text("$events.Kind -join ' '"));
        Assert.Equal("PROV_BOARD", Text("$events[-1].Name"));
    }

    [SkippableFact]
    public void A_board_that_was_provisioned_before_says_so()
    {
        string state = Path.GetTempFileName();
        File.Delete(state);
        try
        {
            StartBoard($"-StatePath {state}");
            RunClean("$board | Set-EspWifiCredential -ProofOfPossession abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword; $board | Stop-EspVirtualDevice");
            StartBoard($"-StatePath {state}");
            Assert.Equal("Reset PartitionTable AlreadyProvisioned", Text("(Watch-EspBoardLog $board.Address -Event -Until AlreadyProvisioned -Timeout 60).Kind -join ' '"));
        }
        finally
        {
            File.Delete(state);
        }
    }

    [SkippableFact]
    public void What_was_not_said_in_time_is_an_error_and_the_end_of_the_time_alone_is_none()
    {
        StartBoard();
        ErrorRecord error = RunToError("Watch-EspBoardLog $board.Address -Until Connected, Failed -Timeout 0.2");
        Assert.Equal("BoardLogTimeout", IdOf(error));
        Assert.Contains("Connected or Failed", error.ToString(), StringComparison.Ordinal);
        RunClean("Watch-EspBoardLog $board.Address -Timeout 00:00:00.2");
    }

    [SkippableFact]
    public void A_port_without_modem_lines_cannot_restart_the_board()
    {
        StartBoard();
        Assert.Equal("BoardResetUnavailable", IdOf(RunToError("Watch-EspBoardLog $board.Address -Reset")));
    }

    [Theory]
    [InlineData("Watch-EspBoardLog /dev/ttyNobody0", "DeviceUnreachable")]
    [InlineData("Watch-EspBoardLog ' '", "InvalidAddress")]
    public void A_port_that_is_not_there_is_said_to_be_so(string command, string id) => Assert.Equal(id, IdOf(RunToError(command)));

    [SkippableFact]
    public void Ctrl_C_and_a_command_that_has_enough_end_it_at_once_and_free_the_port()
    {
        StartBoard();
        using (PowerShell shell = Prepare("Watch-EspBoardLog $board.Address"))
        {
            var output = new PSDataCollection<PSObject>();
            using var first = new ManualResetEventSlim();
            output.DataAdded += (_, _) => first.Set();
            IAsyncResult run = shell.BeginInvoke<PSObject, PSObject>(null, output);
            Assert.True(first.Wait(TimeSpan.FromMinutes(1)));
            shell.Stop();
            Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(run));
        }

        RunClean("$board | Stop-EspVirtualDevice");
        StartBoard();
        Assert.Equal("1", Text("@(Watch-EspBoardLog $board.Address | Select-Object -First 1).Count"));
        Assert.Equal("Opened", Text("($board | Connect-EspProvSession -ProofOfPossession abcd1234).State"));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Events_are_a_table_and_lines_are_as_in_a_monitor(int width)
    {
        RunClean("$PSStyle.OutputRendering = 'PlainText'");
        string table = Text($"$log | Get-EspBoardLog -Event | Out-String -Width {width}");
        Assert.Matches(@"(?m)^ *Time \(ms\) +Kind +Detail *\r?$", table);
        Assert.Matches(@"(?m)^ +1050 QrCode +PROV_261FCC \(SoftAP\) *\r?$", table);
        Assert.Matches(@"(?m)^ +9900 AddressAssigned +192\.168\.1\.23 *\r?$", table);
        Assert.All(table.Split('\n'), line => Assert.True(line.TrimEnd().Length <= width));
        Assert.Contains("I (445) app: Starting provisioning\n", Text($"$log | Get-EspBoardLog | Out-String -Width {width}").ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private string Text(string script, params (string Name, object? Value)[] variables) =>
        Assert.Single(RunClean(script, [("log", Log.ReplaceLineEndings("\n")), .. variables])).ToString();

    private string Format(string input, string filter, string properties) => Text(
        $"{input} | Get-EspBoardLog {filter} | ForEach-Object {{ \"{string.Join(' ', properties.Split(' ').Select(name => $"$($_.{name})"))}\" }}");

    private void StartBoard(string arguments = "")
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no pseudo-terminals that are serial ports.");
        RunClean($"$board = Start-EspVirtualDevice PROV_BOARD -Transport Serial -ConnectDelay 0 {arguments}");
    }
}
