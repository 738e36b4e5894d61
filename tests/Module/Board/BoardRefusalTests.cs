using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Board;

/// <summary>What the board commands refuse, and their messages.</summary>
public class BoardRefusalTests : ModuleTest
{
    [SkippableTheory]
    [InlineData("-Offset 0x9001 -Size 0x1000", "multiples of 0x1000")]
    [InlineData("-Offset 0x500000 -Size 0x1000", "within the flash")]
    [InlineData("-Offset 0x10000 -Size 0x1000", "factory 0x10000 0x100000")]
    [InlineData("-Offset 0x9000 -Size 0x7000", "phy_init 0xf000 0x1000")]
    [InlineData("-Offset 0x1000 -Size 0x1000", "partition table")]
    [InlineData("-Offset 0x8000 -Size 0x2000", "partition table")]
    public void WhatIf_refuses_the_range_that_the_real_run_refuses(string range, string why)
    {
        StartInLoader();
        foreach (string how in new[] { "-WhatIf", "-Confirm:$false" })
        {
            ErrorRecord error = RunToError($"$board | Clear-EspBoardNvs -InLoader {range} {how}; $board | Restart-EspVirtualDevice -Loader");
            Assert.Equal("RangeNotErasable", IdOf(error));
            Assert.Contains(why, error.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("Erase flash", Host.Shown, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Without_a_known_table_a_range_is_erased_and_the_question_says_so()
    {
        StartInLoader("-FlashEncryption");
        RunClean("$board | Clear-EspBoardNvs -InLoader -Offset 0x9000 -Size 0x6000 -WhatIf; $board | Restart-EspVirtualDevice -Loader");
        Assert.Contains("No partition table is known", Host.Shown, StringComparison.Ordinal);
        Assert.Equal("Erased", Text("($board | Clear-EspBoardNvs -InLoader -Offset 0x9000 -Size 0x6000 -Confirm:$false).Status"));
    }

    [SkippableFact]
    public void A_session_that_cannot_ask_says_how_to_confirm()
    {
        StartInLoader();
        Host.Choice = _ => throw new PSInvalidOperationException("There is nobody to ask.");
        ErrorRecord error = RunToError("$board | Clear-EspBoardNvs -InLoader");
        Assert.Equal("ConfirmationUnavailable", IdOf(error));
        Assert.Contains("-Confirm:$false", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("ConfirmationUnavailable", IdOf(RunToError("$board | Stop-EspVirtualDevice -Confirm")));
        Assert.Equal("ConfirmationUnavailable", IdOf(RunToError("Start-EspVirtualDevice -Count 2 -Confirm")));
        Assert.Equal("ConfirmationUnavailable", IdOf(RunToError("New-EspQrCode -Name PROV_1 -ProofOfPossession abcd1234 -Transport Ble -Path (Join-Path ([IO.Path]::GetTempPath()) no.svg) -Confirm")));
    }

    [SkippableFact]
    public void A_board_that_runs_its_application_is_not_in_its_loader_however_often_it_is_asked()
    {
        StartInLoader();
        RunClean("$board | Restart-EspVirtualDevice");
        for (int i = 0; i < 2; i++)
        {
            ErrorRecord error = RunToError("$board | Get-EspBoard -Timeout 1");
            Assert.Equal("BoardNotInLoader", IdOf(error));
        }

        RunClean("$board | Restart-EspVirtualDevice -Loader; $board | Get-EspBoard -InLoader");
        ErrorRecord second = RunToError("$board | Get-EspBoard -InLoader");
        Assert.Equal("BoardNotInLoader", IdOf(second));
        Assert.Contains("restarted", second.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_watch_that_ends_in_vain_says_what_the_log_did_say()
    {
        StartInLoader();
        RunClean("$board | Restart-EspVirtualDevice");
        ErrorRecord error = RunToError("$board | Watch-EspBoardLog -Event -Until Provisioning -Timeout 2 | Where-Object Kind -EQ QrCode");
        Assert.Equal("BoardLogTimeout", IdOf(error));
        Assert.Contains("It said AlreadyProvisioned", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Clear-EspBoardNvs", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("Get-EspBoard $path -Timeout 1")]
    [InlineData("Clear-EspBoardNvs $path -Timeout 1 -WhatIf")]
    [InlineData("Watch-EspBoardLog $path -Timeout 1")]
    [InlineData("Connect-EspProvSession -Transport Serial -Port $path -Pop x")]
    public void A_file_is_not_a_serial_port(string command)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has names for ports, and no paths.");
        foreach (string path in new[] { "/etc/passwd", "/etc", "/dev/null" })
        {
            ErrorRecord error = RunToError(command, ("path", path));
            Assert.Equal("DeviceUnreachable", IdOf(error));
            Assert.Contains("is not a serial port", error.ToString(), StringComparison.Ordinal);
        }
    }

    private void StartInLoader(string arguments = "")
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no pseudo-terminals that are serial ports.");
        RunClean($"$board = Start-EspVirtualDevice PROV_261FCC -Transport Serial -ConnectDelay 0 {arguments}; $null = $board | Set-EspWifiCredential -ProofOfPossession abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword; $board | Restart-EspVirtualDevice -Loader");
    }

    private string Text(string script) => Assert.Single(RunClean(script)).ToString();
}
