using System.Management.Automation;

namespace EspProv.ModuleTests.Fleet;

/// <summary>Plans with Thread devices in them, alone and beside Wi-Fi devices.</summary>
public class ThreadPlanTests : FleetTest
{
    private const string NetworkKey = "00112233445566778899aabbccddeeff";
    private const string Dataset = "000300000f02081111111122222222051000112233445566778899aabbccddeeff030e4f70656e54687265616444656d6f01021234";
    private const string WrongKey = "000300000f020811111111222222220510ffffffffffffffffffffffffffffffff030e4f70656e54687265616444656d6f01021234";
    private const string OtherNetwork = "00030000130208222222221111111105109999999999999999999999999999999903056f74686572010210aa";

    [Fact]
    public void A_row_with_a_dataset_provisions_a_Thread_device()
    {
        StartThreadFleet(2);
        Assert.Equal(["Connected", "Connected"], Outcomes("$results = @($rows | Invoke-EspProvisioning); $results"));
        Assert.Equal("Thread OpenThreadDemo 15", RunClean<string>("$result = $results[0]; \"$($result.Network) $($result.Ssid) $($result.Channel)$($result.IPAddress)$($result.Bssid)\""));
        Assert.Equal("Connected Connected", RunClean<string>("$devices.State -join ' '"));
    }

    [Fact]
    public void A_wrong_network_key_is_the_devices_own_failure_and_can_be_corrected()
    {
        StartThreadFleet(1);
        Assert.Equal(["Failed NetworkNotFound"], Outcomes($"$rows[0].DatasetTlvs = '{WrongKey}'; $results = @($rows | Invoke-EspProvisioning); $results"));
        Assert.Equal("ThreadNetworkNotFound Join 1", RunClean<string>("\"$($results[0].ErrorId) $($results[0].Stage) $($results[0].Attempts)\""));
        Assert.Equal(["Connected"], Outcomes($"$rows[0].DatasetTlvs = '{Dataset}'; $rows | Invoke-EspProvisioning"));
    }

    [Fact]
    public void Each_device_of_a_mixed_plan_gets_the_network_that_its_firmware_is_built_for()
    {
        RunClean("$devices = @(Start-EspVirtualDevice -ConnectDelay 0) + @(Start-EspVirtualDevice -Network Thread)");
        Assert.Equal(["Connected", "Connected"], Outcomes($"$results = @($devices | Invoke-EspProvisioning -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword -DatasetTlvs {Dataset}); $results"));
        Assert.Equal("1/Wifi/MyHomeWiFiAP 2/Thread/OpenThreadDemo", string.Join(' ', RunClean("$results | ForEach-Object { \"$($_.Row)/$($_.Network)/$($_.Ssid)\" }").Select(line => line.ToString()).Order()));
    }

    [Theory]
    [InlineData("@{ Ssid = 'MyHomeWiFiAP' }", "Failed NotSupportedByDevice", "Wifi")]
    [InlineData("@{ DatasetTlvs = '" + Dataset + "' }", "Connected", "Thread")]
    [InlineData("@{ QrCode = '{\"ver\":\"v1\",\"name\":\"PROV_1\",\"transport\":\"softap\",\"network\":\"thread\"}' }", "Connected", "Thread")]
    [InlineData("@{ QrCode = '{\"ver\":\"v1\",\"name\":\"PROV_1\",\"transport\":\"softap\",\"network\":\"wifi\"}' }", "Failed NotSupportedByDevice", "Wifi")]
    [InlineData("@{ Ssid = 'MyHomeWiFiAP'; DatasetTlvs = '" + Dataset + "' }", "Connected", "Thread")]
    public void What_a_row_says_of_its_network_counts_more_than_the_parameters(string row, string outcome, string network)
    {
        StartThreadFleet(1);
        Assert.Equal([outcome], Outcomes($"$row = {row}; $row.Address = $devices[0].Address; $result = $row | Invoke-EspProvisioning -Pop abcd1234 -Ssid office -Passphrase mypassword -DatasetTlvs {Dataset} -SecurityVersion Security1; $result"));
        Assert.Equal(network, RunClean<string>("$result.Network"));
    }

    [Fact]
    public void Failed_results_are_rows_again_without_a_warning()
    {
        StartThreadFleet(2);
        RunClean($"$rows[1].DatasetTlvs = '{WrongKey}'; $results = @($rows | Invoke-EspProvisioning)");
        Assert.Equal(["Connected"], Outcomes($"$results | Where-Object Status -EQ Failed | Invoke-EspProvisioning -Pop abcd1234 -Ssid office -DatasetTlvs {Dataset}"));
        Assert.Empty(Streams.Warning);
    }

    [Fact]
    public void A_Wifi_device_does_not_take_a_dataset()
    {
        StartFleet(1);
        Assert.Equal(["Failed NotSupportedByDevice"], Outcomes($"$devices | Invoke-EspProvisioning -Pop abcd1234 -DatasetTlvs {Dataset}"));
    }

    [Fact]
    public void A_device_that_is_attached_already_counts_as_done_and_one_on_another_network_can_start_over()
    {
        StartThreadFleet(1, "-ConnectDelay 0.02 -KeepServiceUp -ThreadNetwork @{ NetworkName = 'OpenThreadDemo'; NetworkKey = '" + NetworkKey + "'; ExtendedPanId = '1111111122222222'; PanId = 0x1234; Channel = 15 }, @{ NetworkName = 'other'; NetworkKey = '99999999999999999999999999999999'; ExtendedPanId = '2222222211111111'; PanId = 0x10aa; Channel = 19 }");
        Assert.Equal(["Connected"], Outcomes("$rows | Invoke-EspProvisioning"));
        Assert.Equal(["Connected AlreadyConnected"], Outcomes("$rows | Invoke-EspProvisioning"));
        Assert.Equal(["Failed InvalidDeviceState"], Outcomes($"$rows[0].DatasetTlvs = '{OtherNetwork}'; $rows | Invoke-EspProvisioning"));
        Assert.Equal(["Connected"], Outcomes("$rows | Invoke-EspProvisioning -Reprovision"));
        Assert.Equal("other", RunClean<string>("$devices[0].Ssid"));
    }

    [Theory]
    [InlineData("nonsense", "Invalid InvalidThreadDataset")]
    [InlineData("000300000f", "Invalid InvalidThreadDataset")]
    [InlineData("", "Invalid ValueRequired")]
    public void A_dataset_that_no_device_could_take_is_found_before_anything_is_sent(string dataset, string outcome)
    {
        StartThreadFleet(1);
        Assert.Equal([outcome], Outcomes($"$rows[0].DatasetTlvs = '{dataset}'; $result = $rows | Invoke-EspProvisioning; $result"));
        Assert.Equal("True", RunClean<string>("$result.Name -eq $rows[0].Name"));
        Assert.Equal(0, Requests());
    }

    [Fact]
    public void The_journal_knows_the_network_and_not_its_key()
    {
        StartThreadFleet(2);
        string journal = Path.Combine(Folder, "run.jsonl");
        Assert.Equal(["Connected", "Failed NetworkNotFound"], Outcomes($"$rows[1].DatasetTlvs = '{WrongKey}'; $rows | Invoke-EspProvisioning -JournalPath '{journal}' -Verbose"));
        string all = File.ReadAllText(journal) + Host.Shown + string.Join('\n', Streams.Verbose);
        Assert.DoesNotContain(NetworkKey, all, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("ffffffffffffffff", all, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"network\":\"Thread\"", all, StringComparison.Ordinal);

        // A corrected key is still the same plan.
        Assert.Equal(["Skipped ConnectedByEarlierRun", "Connected"], Outcomes($"$rows[1].DatasetTlvs = '{Dataset}'; $rows | Invoke-EspProvisioning -JournalPath '{journal}' -Resume"));
        Assert.Equal("Thread Thread", RunClean<string>($"(Import-EspProvJournal '{journal}').Network -join ' '"));
        Assert.Equal("JournalOfAnotherPlan", IdOf(RunToError($"$rows[0].DatasetTlvs = '{OtherNetwork}'; $rows | Invoke-EspProvisioning -JournalPath '{journal}' -Resume")));
    }

    [Fact]
    public void WhatIf_names_the_network()
    {
        StartThreadFleet(1);
        RunClean("$rows | Invoke-EspProvisioning -WhatIf");
        Assert.Contains("Thread network 'OpenThreadDemo'", Host.Shown, StringComparison.Ordinal);
        Assert.Equal(0, Requests());
    }

    [Fact]
    public void Somebody_at_a_prompt_chooses_a_network_and_types_its_key_again_when_it_was_wrong()
    {
        StartThreadFleet(1);
        foreach (string answer in new[] { "1", "abcd1234", "0", "1", "too-short", new string('f', 32), NetworkKey })
            Host.Answers.Enqueue(answer);
        PSObject result = Assert.Single(RunClean("Invoke-EspProvisioning"));
        Assert.Equal("Connected OpenThreadDemo Thread", $"{Property(result, "Status")} {Property(result, "Ssid")} {Property(result, "Network")}");
        Assert.Equal(["Proof of possession", "Network key for OpenThreadDemo", "Network key for OpenThreadDemo", "Network key for OpenThreadDemo"], Host.Questions);
        Assert.Contains("is given as 32 hexadecimal digits", Host.Shown, StringComparison.Ordinal);
        Assert.Contains("no router of that network answered", Host.Shown, StringComparison.Ordinal);
        Assert.Empty(Host.Answers);
    }

    [Fact]
    public void With_a_dataset_given_nobody_is_asked()
    {
        StartThreadFleet(1);
        Assert.Equal("Connected", RunClean<string>($"(Invoke-EspProvisioning -Address $devices[0].Address -Pop abcd1234 -DatasetTlvs {Dataset}).Status"));
        Assert.Empty(Host.Questions);
    }

    private void StartThreadFleet(int count, string arguments = "-ConnectDelay 0.02 -AttachTimeout 0.5") => RunClean($$"""
        $devices = @(Start-EspVirtualDevice -Network Thread -Count {{count}} {{arguments}})
        $rows = @($devices | ForEach-Object { [pscustomobject]@{ Name = $_.Name; Address = $_.Address; Pop = 'abcd1234'; DatasetTlvs = '{{Dataset}}' } })
        """);
}
