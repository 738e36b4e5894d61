using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Thread;

public class ThreadTests : ModuleTest
{
    private const string Key = "00112233445566778899aabbccddeeff";
    private const string Dataset = "000300000f02081111111122222222051000112233445566778899aabbccddeeff01021234";

    [Theory]
    [InlineData("Get-EspThreadScan $session", "OpenThreadDemo/0x1234/15 NeighboursThread/0xd9a0/19")]
    [InlineData("Get-EspThreadScan $session -NetworkName Neigh*", "NeighboursThread/0xd9a0/19")]
    [InlineData("Get-EspThreadScan $session -Channel 11, 15", "OpenThreadDemo/0x1234/15")]
    [InlineData("$session | Get-EspThreadScan -First 1", "OpenThreadDemo/0x1234/15")]
    public void Scans_with_the_best_signal_first(string command, string expected)
    {
        ConnectThreadDevice();
        Assert.Equal(expected, RunClean<string>($"({command} | ForEach-Object {{ \"$($_.NetworkName)/$($_.PanId)/$($_.Channel)\" }}) -join ' '"));
    }

    [Fact]
    public void A_network_with_several_routers_is_one_network()
    {
        ConnectThreadDevice("-ThreadNetwork @{ NetworkName = 'lab'; NetworkKey = '" + Key + "'; ExtendedPanId = '0011223344556677'; Rssi = -80 }, @{ NetworkName = 'lab'; NetworkKey = '" + Key + "'; ExtendedPanId = '0011223344556677'; ExtendedAddress = '00000000000000aa'; Rssi = -40 }");
        Assert.Equal("-40 -80", RunClean<string>("(Get-EspThreadScan $session).Rssi -join ' '"));
        Assert.Equal("00000000000000aa", RunClean<string>("(Get-EspThreadScan $session -Unique).ExtendedAddress"));
    }

    [Theory]
    [InlineData("Set-EspThreadDataset $session -DatasetTlvs " + Dataset)]
    [InlineData("Set-EspThreadDataset $session " + Dataset)]
    [InlineData("Get-EspThreadScan $session -First 1 | Set-EspThreadDataset -NetworkKey " + Key)]
    [InlineData("$session | Set-EspThreadDataset -NetworkName OpenThreadDemo -PanId 0x1234 -ExtendedPanId 1111111122222222 -Channel 15 -NetworkKey " + Key)]
    [InlineData("[pscustomobject]@{ Session = $session; DatasetTlvs = '" + Dataset + "' } | Set-EspThreadDataset")]
    [InlineData("Get-EspVirtualDevice | Set-EspThreadDataset -Pop abcd1234 -DatasetTlvs " + Dataset)]
    public void Provisions_by_every_form_of_the_pipeline(string command)
    {
        ConnectThreadDevice();
        Assert.Equal("Connected OpenThreadDemo 0x1234", RunClean<string>($"$result = {command}; \"$($result.Status) $($result.NetworkName) $($result.PanId)\""));
        Assert.Equal("Connected OpenThreadDemo", RunClean<string>("$device = Get-EspVirtualDevice; \"$($device.State) $($device.Ssid)\""));
    }

    [Fact]
    public void A_wrong_key_is_a_result_and_an_error_and_a_reset_lets_it_be_corrected()
    {
        ConnectThreadDevice("-AttachTimeout 0.3");
        Assert.Equal("Failed/NetworkNotFound", Assert.Single(Run("$result = Get-EspThreadScan $session -First 1 | Set-EspThreadDataset -NetworkKey ('0' * 32); \"$($result.Status)/$($result.Reason)\"")).ToString());
        Assert.Equal("ThreadNetworkNotFound", IdOf(Assert.Single(Errors)));
        Assert.Equal("AttachingFailed/NetworkNotFound", RunClean<string>("$status = Get-EspThreadStatus $session; \"$($status.State)/$($status.FailReason)\""));

        RunClean("Reset-EspThreadProvisioning $session");

        Assert.Equal("Connected", RunClean<string>($"(Set-EspThreadDataset $session {Dataset}).Status"));
        Assert.Equal("Attached OpenThreadDemo 0x1234 15", RunClean<string>("$status = Get-EspThreadStatus $session; \"$($status.State) $($status.NetworkName) $($status.PanId) $($status.Channel)\""));
    }

    [Theory]
    [InlineData("Set-EspThreadDataset $session " + Dataset)]
    [InlineData("Reset-EspThreadProvisioning $session")]
    public void An_attached_device_that_refuses_has_to_start_over_and_the_advice_names_the_command(string command)
    {
        ConnectThreadDevice("-KeepServiceUp");
        RunClean($"$null = Set-EspThreadDataset $session {Dataset}");
        ErrorRecord error = RunToError(command);
        Assert.Equal("InvalidDeviceState", IdOf(error));
        Assert.Contains("connected", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("start over", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("has not been reset", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Reset-EspThreadProvisioning -Reprovision", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "ParameterConflict")]
    [InlineData("-NetworkKey " + Key, "ParameterConflict")]
    [InlineData("-DatasetTlvs " + Dataset + " -NetworkKey " + Key, "ParameterConflict")]
    [InlineData("-DatasetTlvs nonsense", "InvalidThreadDataset")]
    [InlineData("-DatasetTlvs 000300000f", "InvalidThreadDataset")]
    [InlineData("-PanId 1 -ExtendedPanId 1111111122222222 -Channel 15 -NetworkKey 0011", "InvalidThreadDataset")]
    [InlineData("-PanId 70000 -ExtendedPanId 1111111122222222 -Channel 15 -NetworkKey " + Key, "InvalidThreadDataset")]
    [InlineData("-PanId 1 -ExtendedPanId 11 -Channel 15 -NetworkKey " + Key, "InvalidThreadDataset")]
    [InlineData("-PanId 1 -ExtendedPanId 1111111122222222 -Channel 5 -NetworkKey " + Key, "InvalidThreadDataset")]
    public void Bad_input_is_refused_before_anything_is_sent(string arguments, string id)
    {
        ConnectThreadDevice();
        long before = RunClean<long>("(Get-EspVirtualDevice).RequestCount");
        Assert.Equal(id, IdOf(RunToError($"Set-EspThreadDataset $session {arguments}")));
        Assert.Equal(id, IdOf(RunToError($"Get-EspVirtualDevice | Set-EspThreadDataset -Pop abcd1234 {arguments}")));
        Assert.Equal(before, RunClean<long>("(Get-EspVirtualDevice).RequestCount"));
    }

    [Theory]
    [InlineData("Set-EspThreadDataset $session " + Dataset + " -WhatIf")]
    [InlineData("Get-EspVirtualDevice | Set-EspThreadDataset -DatasetTlvs " + Dataset + " -Pop abcd1234 -WhatIf")]
    [InlineData("Reset-EspThreadProvisioning $session -WhatIf")]
    [InlineData("Reset-EspThreadProvisioning $session -Reprovision -WhatIf")]
    public void WhatIf_sends_nothing(string command)
    {
        ConnectThreadDevice();
        long before = RunClean<long>("(Get-EspVirtualDevice).RequestCount");
        RunClean(command);
        Assert.Equal(before, RunClean<long>("(Get-EspVirtualDevice).RequestCount"));
    }

    [Theory]
    [InlineData(0, "OpenThreadDemo", "00112233445566778899aabbccddeeff")]
    [InlineData(1, "NeighboursThread", "ffeeddccbbaa99887766554433221100")]
    public void The_network_that_is_chosen_is_the_one_that_is_given(int index, string name, string key)
    {
        ConnectThreadDevice();
        RunClean("$networks = @(Get-EspThreadScan $session)");

        RunClean($"$networks[{index}] | Set-EspThreadDataset -NetworkKey {key} -WhatIf");
        Assert.Contains($"'{name}'", Host.Shown, StringComparison.Ordinal);
        Assert.Equal($"Connected {name} True", RunClean<string>(
            $"$result = $networks[{index}] | Set-EspThreadDataset -NetworkKey {key}; \"$($result.Status) $($result.NetworkName) $($result.PanId -eq $networks[{index}].PanId)\""));
    }

    [Fact]
    public void A_device_for_Wi_Fi_is_not_asked_for_Thread_nor_the_other_way_round()
    {
        ConnectThreadDevice();
        Assert.Equal("NotSupportedByDevice", IdOf(RunToError("Get-EspWifiScan $session")));
        Assert.Equal("NotSupportedByDevice", IdOf(RunToError("Set-EspWifiCredential $session net mypassword")));
        RunClean("Get-EspVirtualDevice | Stop-EspVirtualDevice");
        ConnectDevice();
        Assert.Equal("NotSupportedByDevice", IdOf(RunToError("Get-EspThreadScan $session")));
    }

    [Fact]
    public void The_network_key_comes_out_of_no_stream()
    {
        ConnectThreadDevice("-AttachTimeout 0.3");
        RunClean("""
            $VerbosePreference = $DebugPreference = 'Continue'
            $everything = & {
                Get-EspThreadScan $session
                Set-EspThreadDataset $session 000300000f020811111111222222220510cafe2233445566778899aabbccddeeff01021234 -ErrorAction Continue
                Set-EspThreadDataset $session 000300000f0510cafe2233445566778899aabbccddeeff0510cafe2233445566778899aabbccddee -ErrorAction Continue
                Get-EspVirtualDeviceLog (Get-EspVirtualDevice).Name
            } *>&1
            $text = ($everything | ForEach-Object { "$_" }) -join "`n"
            $text += ($Error | ForEach-Object { "$($_.Exception)" }) -join "`n"
            $Error.Clear()
            """);
        string text = RunClean<string>("$text");
        Assert.Contains("ThreadDemo", text + RunClean<string>("(Get-EspThreadScan $session -First 1).NetworkName"), StringComparison.Ordinal);
        Assert.DoesNotContain("cafe2233", text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("Get-EspThreadScan $session", "Network PAN ID Extended PAN ID Channel RSSI LQI")]
    [InlineData("Get-EspThreadStatus $session", "Name State FailReason Network PAN ID Channel")]
    [InlineData("Set-EspThreadDataset $session " + Dataset, "Name Network Status PAN ID Reason")]
    public void Is_shown_as_a_table_of_its_own(string command, string columns)
    {
        ConnectThreadDevice();
        RunClean($"@({command})[0] | Out-Default");
        Assert.Matches(string.Join(" +", columns.Split(' ')), Host.Shown);
    }

    [Theory]
    [InlineData("", "Connected")]
    [InlineData("-FullThreadDevice", "Connected")]
    [InlineData("-FullThreadDevice:$false", "Failed")]
    public void Only_a_full_device_founds_a_network_when_nobody_answers(string kind, string expected)
    {
        // With an active timestamp, and the key of no network.
        const string Nowhere = "0e080000000000010000000300000f02081111111122222222051000000000000000000000000000000001" + "01021234";
        ConnectThreadDevice($"-AttachTimeout 0.5 {kind}");
        Assert.Equal(expected, $"{Run($"(Set-EspThreadDataset $session {Nowhere}).Status")[0]}");
    }

    private void ConnectThreadDevice(string arguments = "") => RunClean(
        $"$null = Start-EspVirtualDevice PROV_THREAD -Network Thread -ConnectDelay 0 -ScanDelay 0 {arguments}; "
        + "$session = Get-EspVirtualDevice PROV_THREAD | Connect-EspProvSession -ProofOfPossession abcd1234");
}
