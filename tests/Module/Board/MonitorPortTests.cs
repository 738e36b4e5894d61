using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Board;

/// <summary>The log of a board on a pseudo-terminal, beside a device that is provisioned over HTTP.</summary>
public class MonitorPortTests : ModuleTest
{
    private const string Canary = "canary-passphrase-0d52";
    private const string Vanishing = "Start-EspVirtualDevice PROV_261FCC -MonitorPort -LoseLinkAfterApply -ConnectDelay 0";
    private const string Credentials = "-Ssid MyHomeWiFiAP -Passphrase mypassword";

    [Fact]
    public void A_piped_virtual_device_brings_its_port_and_the_session_keeps_it_for_the_credentials()
    {
        RunClean($"$device = {Vanishing}; $session = $device | Connect-EspProvSession -Pop abcd1234");
        Assert.Equal("True", RunClean<string>("$session.MonitorPort -eq $device.MonitorPort"));
        Assert.Equal("Connected BoardLog True", RunClean<string>($"$result = $session | Set-EspWifiCredential {Credentials}; \"$($result.Status) $($result.Witness) $($result.IPAddress -eq $device.IPAddress)\""));
        Assert.Empty(Streams.Warning);

        // The port is closed with the session.
        RunClean("$session | Disconnect-EspProvSession; $device | Clear-EspVirtualDevice");
        Assert.Equal("BoardLog", RunClean<string>($"($device | Connect-EspProvSession -Pop abcd1234 | Set-EspWifiCredential {Credentials}).Witness"));
    }

    [Theory]
    [InlineData("Set-EspWifiCredential (Connect-EspProvSession -Address $device.Address -Pop abcd1234) {0} -MonitorPort $device.MonitorPort")]
    [InlineData("Set-EspWifiCredential -Address $device.Address -Pop abcd1234 {0} -MonitorPort $device.MonitorPort -MonitorBaudRate 921600")]
    [InlineData("$device | Set-EspWifiCredential -Pop abcd1234 {0}")]
    [InlineData("[pscustomobject]@{{ Address = $device.Address; ProofOfPossession = 'abcd1234'; MonitorPort = $device.MonitorPort; MonitorBaudRate = '' }} | Set-EspWifiCredential {0}")]
    [InlineData("Connect-EspProvSession -Address $device.Address -Pop abcd1234 -MonitorPort $device.MonitorPort | Set-EspWifiCredential {0} -MonitorPort $device.MonitorPort")]
    [InlineData("Connect-EspProvSession -Address $device.Address -Pop abcd1234 -MonitorPort $device.MonitorPort | Invoke-EspProvisioning {0}")]
    [InlineData("$device | Invoke-EspProvisioning -Pop abcd1234 {0}")]
    [InlineData("Invoke-EspProvisioning -Address $device.Address -Pop abcd1234 {0} -MonitorPort $device.MonitorPort")]
    [InlineData("@{{ Address = $device.Address; MonitorPort = \" $($device.MonitorPort)\" }} | Invoke-EspProvisioning -Pop abcd1234 {0}")]
    public void The_port_is_given_in_each_way_that_a_device_is(string command)
    {
        RunClean($"$device = {Vanishing}");
        Assert.Equal("Connected BoardLog", RunClean<string>($"$result = {string.Format(System.Globalization.CultureInfo.InvariantCulture, command, Credentials)}; \"$($result.Status) $($result.Witness)\""));
    }

    [Fact]
    public void A_failure_in_the_log_has_the_error_of_the_device()
    {
        Assert.Equal(
            "WifiAuthError",
            IdOf(RunToError($"{Vanishing} | Set-EspWifiCredential -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase wrong-passphrase -OutVariable result")));
        Assert.Equal("Failed AuthError BoardLog", RunClean<string>("\"$($result.Status) $($result.Reason) $($result.Witness)\""));
    }

    [Fact]
    public void A_Thread_device_is_attached_where_its_log_says_so()
    {
        RunClean("$device = Start-EspVirtualDevice PROV_T -Network Thread -MonitorPort -LoseLinkAfterApply -ConnectDelay 0");
        Assert.Equal(
            "Connected BoardLog",
            RunClean<string>("$result = $device | Set-EspThreadDataset -Pop abcd1234 -PanId 0x1234 -ExtendedPanId 1111111122222222 -Channel 15 -NetworkKey 00112233445566778899aabbccddeeff; \"$($result.Status) $($result.Witness)\""));
    }

    [Fact]
    public void The_device_is_the_witness_where_it_answers() => Assert.Equal(
        "Connected Device",
        RunClean<string>($"$result = Start-EspVirtualDevice PROV_1 -MonitorPort -ConnectDelay 0 | Set-EspWifiCredential -Pop abcd1234 {Credentials}; \"$($result.Status) $($result.Witness)\""));

    [Fact]
    public void Without_a_port_the_outcome_is_unknown_and_has_no_witness()
    {
        Assert.Equal("WifiOutcomeUnknown", IdOf(RunToError($"Start-EspVirtualDevice PROV_1 -LoseLinkAfterApply | Set-EspWifiCredential -Pop abcd1234 {Credentials} -Timeout 1 -OutVariable result")));
        Assert.Equal("True", RunClean<string>("$null -eq $result.Witness"));
    }

    [Fact]
    public void Nothing_is_sent_where_the_port_cannot_be_opened_or_is_not_for_this()
    {
        RunClean("$device = Start-EspVirtualDevice PROV_1, PROV_2 -MonitorPort; $serial = Start-EspVirtualDevice PROV_S -Transport Serial");
        Assert.Equal("DeviceUnreachable", IdOf(RunToError("Connect-EspProvSession -Address $device[0].Address -Pop abcd1234 -MonitorPort /dev/espprov-none")));
        Assert.Contains("The log of the board cannot be watched, and nothing was sent.", Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("DeviceUnreachable", IdOf(RunToError($"Set-EspWifiCredential -Address $device[0].Address -Pop abcd1234 -MonitorPort /dev/espprov-none {Credentials}")));
        Assert.Equal("ParameterConflict", IdOf(RunToError($"Set-EspWifiCredential -Name PROV_1, PROV_2 -Pop abcd1234 -MonitorPort $device[0].MonitorPort {Credentials}")));
        Assert.Equal("ParameterConflict", IdOf(RunToError("Connect-EspProvSession PROV_1, PROV_2 -Pop abcd1234 -MonitorPort $device[0].MonitorPort")));
        Assert.Equal("ParameterConflict", IdOf(RunToError("Connect-EspProvSession -Port $serial.Address -Pop abcd1234 -MonitorPort $serial.Address")));
        Assert.Equal("ParameterConflict", IdOf(RunToError("Start-EspVirtualDevice PROV_3 -Transport Serial -MonitorPort")));
        Assert.Equal("0 0 0", RunClean<string>("(@($device.RequestCount) + $serial.RequestCount) -join ' '"));

        RunClean("$device[0] | Connect-EspProvSession -Pop abcd1234 -WhatIf; $session = $device[0] | Connect-EspProvSession -Pop abcd1234");
        Assert.Equal("ParameterConflict", IdOf(RunToError("Connect-EspProvSession -Address $device[1].Address -Pop abcd1234 -MonitorPort $device[0].MonitorPort")));
        Assert.Contains("(PROV_1) watches the port", Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_that_is_lost_leaves_its_port_to_the_next_one()
    {
        RunClean($"$device = {Vanishing}; $lost = $device | Connect-EspProvSession -Pop abcd1234; $null = $lost | Set-EspWifiCredential {Credentials}; $null = Get-EspWifiStatus $lost -ErrorAction Ignore");
        Assert.Equal("Closed", RunClean<string>("$lost.State"));
        RunClean("$device | Clear-EspVirtualDevice");
        Assert.Equal("BoardLog", RunClean<string>($"($device | Connect-EspProvSession -Pop abcd1234 | Set-EspWifiCredential {Credentials}).Witness"));
    }

    [Fact]
    public void A_port_that_is_lost_gives_a_warning_and_the_device_is_asked_as_without_it()
    {
        RunClean("$cable = Start-EspVirtualDevice PROV_CABLE -MonitorPort; $device = Start-EspVirtualDevice PROV_1 -ConnectDelay 1");
        RunClean("$session = Connect-EspProvSession -Address $device.Address -Pop abcd1234 -MonitorPort $cable.MonitorPort; $cable | Stop-EspVirtualDevice");
        Assert.Equal("Connected Device", RunClean<string>($"$result = $session | Set-EspWifiCredential {Credentials}; \"$($result.Status) $($result.Witness)\""));
        Assert.Contains("watched no more", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_have_a_column_for_it_and_results_and_reports_the_witness()
    {
        string folder = Directory.CreateTempSubdirectory("espprov-").FullName;
        RunClean("$devices = Start-EspVirtualDevice PROV_1, PROV_2 -MonitorPort -LoseLinkAfterApply -ConnectDelay 0");
        RunClean(
            """
            $plan = $devices | Select-Object Name, Address, MonitorPort
            $plan += [pscustomobject]@{ Name = 'again'; Address = '127.0.0.1:1'; MonitorPort = $devices[0].MonitorPort }
            $plan | Export-Csv $folder/plan.csv
            Import-Csv $folder/plan.csv | Invoke-EspProvisioning -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword -JournalPath $folder/run.jsonl |
                Sort-Object Row | Export-Csv $folder/report.csv
            """,
            ("folder", folder));
        Assert.Equal(
            "Connected:BoardLog Connected:BoardLog Invalid:",
            RunClean<string>("(Import-Csv $folder/report.csv | ForEach-Object { \"$($_.Status):$($_.Witness)\" }) -join ' '"));
        Assert.Equal("DuplicateDevice", RunClean<string>("(Import-Csv $folder/report.csv)[2].ErrorId"));
        Assert.Equal("BoardLog BoardLog ", RunClean<string>("(Import-EspProvJournal $folder/run.jsonl | Sort-Object Row).Witness -join ' '"));
        RunClean("Import-Csv $folder/report.csv | New-EspProvReport $folder/report.html");
        Assert.Contains("by the board's log", File.ReadAllText(Path.Combine(folder, "report.html")), StringComparison.Ordinal);

        // Results can be used as a plan, without a warning that their Witness column is unknown.
        RunClean("Import-Csv $folder/report.csv | Invoke-EspProvisioning -Validate -Pop abcd1234 -Passphrase mypassword");
        Assert.Empty(Streams.Warning);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void What_firmware_prints_of_the_passphrase_comes_out_nowhere()
    {
        string journal = Path.GetTempFileName();
        File.Delete(journal);
        RunClean($"$devices = Start-EspVirtualDevice PROV_1, PROV_2 -MonitorPort -LoseLinkAfterApply -ShowPassphrase -ShowQr -AccessPoint @{{ Ssid = 'net'; Passphrase = '{Canary}' }}");
        IReadOnlyList<object> results =
        [
            .. RunClean($"$devices[0] | Set-EspWifiCredential -Pop abcd1234 -Ssid net -Passphrase {Canary} -Verbose -Debug | ForEach-Object {{ $_; $_ | Format-List * | Out-String; $_ | ConvertTo-Json -WarningAction Ignore }}"),
            .. Shown(),
            .. RunClean($"$devices[1] | Invoke-EspProvisioning -Pop abcd1234 -Ssid net -Passphrase {Canary} -Verbose -Debug -JournalPath $journal | ForEach-Object {{ $_; $_ | Format-List * | Out-String }}", ("journal", journal)),
            .. Shown(),
        ];
        string all = string.Join('\n', results) + File.ReadAllText(journal);
        Assert.Contains("BoardLog", all, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", all, StringComparison.Ordinal);
        Assert.Equal("True", RunClean<string>($"[bool] ((Get-EspVirtualDeviceLog PROV_1).Line -match '{Canary}')"));
        File.Delete(journal);

        IEnumerable<object> Shown() => [.. Streams.Verbose, .. Streams.Debug, .. Streams.Warning, .. Streams.Information];
    }
}
