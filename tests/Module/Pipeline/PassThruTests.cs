using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Pipeline;

/// <summary>-PassThru adds what a command worked on, and takes nothing away.</summary>
public class PassThruTests : ModuleTest
{
    [Fact]
    public void A_reset_hands_its_session_on()
    {
        ConnectDevice();
        Run("Set-EspWifiCredential $session MyHomeWiFiAP not-the-key");
        Assert.Empty(RunClean("$silent = Reset-EspWifiProvisioning $session; $silent"));
        Run("Set-EspWifiCredential $session MyHomeWiFiAP not-the-key");
        Assert.Equal(
            "Connected",
            RunClean<string>("(Reset-EspWifiProvisioning $session -PassThru | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword).Status"));
    }

    [Fact]
    public void A_reset_in_a_session_of_its_own_hands_the_device_on()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_1 -ConnectDelay 0 -KeepServiceUp");
        RunClean("$null = Get-EspVirtualDevice | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Pop abcd1234");
        Assert.Equal("PROV_1", RunClean<string>("""
            $device = Get-EspVirtualDevice | Reset-EspWifiProvisioning -Reprovision -Pop abcd1234 -PassThru
            ($device | Connect-EspProvSession -Pop abcd1234).Name
            """));
    }

    [Fact]
    public void A_Thread_reset_and_dataset_hand_their_session_on()
    {
        RunClean("""
            $null = Start-EspVirtualDevice PROV_T -Network Thread -AttachTimeout 0.2 -ScanDelay 0 -ConnectDelay 0
            $session = Get-EspVirtualDevice PROV_T | Connect-EspProvSession -Pop abcd1234
            $network = Get-EspThreadScan $session -NetworkName OpenThreadDemo
            """);
        Run("$network | Set-EspThreadDataset -NetworkKey 00000000000000000000000000000000");
        Assert.Equal("True", RunClean<string>("(Reset-EspThreadProvisioning $session -PassThru) -eq $session"));
        Assert.Equal("True", RunClean<string>("""
            $result, $after = $network | Set-EspThreadDataset -NetworkKey 00112233445566778899aabbccddeeff -PassThru
            $result.Status -eq 'Connected' -and $after -eq $session
            """));
    }

    [Fact]
    public void What_was_closed_or_stopped_can_be_seen()
    {
        ConnectDevice();
        Assert.Equal("PROV_261FCC Closed", RunClean<string>("Disconnect-EspProvSession $session -PassThru | ForEach-Object { \"$_ $($_.State)\" }"));
        Assert.Equal("PROV_261FCC", RunClean<string>("(Stop-EspVirtualDevice PROV_261FCC -PassThru).Name"));
        Assert.Empty(RunClean("Get-EspVirtualDevice"));
        Assert.Empty(RunClean("$null = Start-EspVirtualDevice PROV_2; Stop-EspVirtualDevice PROV_2"));
    }

    [Fact]
    public void What_was_not_done_is_not_passed_on()
    {
        ConnectDevice();
        Assert.Empty(RunClean("""
            Reset-EspWifiProvisioning $session -PassThru -WhatIf
            Disconnect-EspProvSession $session -PassThru -WhatIf
            Stop-EspVirtualDevice PROV_261FCC -PassThru -WhatIf
            """));
    }
}
