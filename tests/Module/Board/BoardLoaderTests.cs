using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Board;

/// <summary>Identifying and clearing a virtual board in its loader, on a pseudo-terminal.</summary>
public class BoardLoaderTests : ModuleTest
{
    private const string Clear = "$board | Clear-EspBoardNvs -InLoader -Confirm:$false";

    [SkippableFact]
    public void A_board_says_where_its_partition_table_was_found()
    {
        StartInLoader();
        Assert.Equal("Flash 3", Text("$found = $board | Get-EspBoard -InLoader; \"$($found.PartitionTableSource) $($found.Partitions.Count)\""));

        RunClean("$board | Restart-EspVirtualDevice -Loader");
        Assert.Equal("BootLog 3", Text("$found = $board | Get-EspBoard -InLoader -PartitionTableOffset 0x20000; \"$($found.PartitionTableSource) $($found.Partitions.Count)\""));
    }

    [SkippableFact]
    public void Encrypted_flash_leaves_the_table_of_the_boot_log()
    {
        StartInLoader("-FlashEncryption");
        Assert.Equal("BootLog 4194304", Text("$found = $board | Get-EspBoard -InLoader; \"$($found.PartitionTableSource) $($found.FlashSize)\""));
        Assert.Empty(Streams.Warning);
        Assert.Matches(@"(?m)^Partitions +: nvs 0x9000 0x6000\r?\n +phy_init 0xf000 0x1000\r?\n +factory 0x10000 0x100000\r?\nPartitionTableSource : BootLog *\r?$", Text("$found | Out-String -Width 80"));

        RunClean("$board | Restart-EspVirtualDevice -Loader");
        ErrorRecord error = RunToError(Clear);
        Assert.Equal("PartitionTableNotFound", IdOf(error));
        Assert.Contains("cannot be restarted through the port", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("AlreadyProvisioned", StateOfDevice());
    }

    [SkippableFact]
    public void A_cleared_board_says_that_it_provisions_again_and_under_what_name()
    {
        StartInLoader();
        RunClean($"$board | Clear-EspBoardNvs -InLoader -WhatIf; $board | Restart-EspVirtualDevice; $board | Restart-EspVirtualDevice -Loader");
        RunClean($"$cleared = {Clear}; $board | Restart-EspVirtualDevice -Loader; $again = {Clear}");

        Assert.Equal("Erased Provisioning PROV_261FCC PROV_261FCC", Text("\"$($cleared.Status) $($cleared.State) $($cleared.ServiceName) $($cleared.Name)\""));
        Assert.Equal("WasErased Provisioning", Text("\"$($again.Status) $($again.State)\""));
        Assert.Matches(@"(?m)^/dev/\S+ +PROV_261FCC +nvs +Erased +Provisioning *\r?$", Text("$cleared | Out-String -Width 80"));
        Assert.DoesNotContain("abcd1234", Text("($cleared | Format-List * | Out-String) + ($cleared | ConvertTo-Json -Depth 5)"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_board_that_is_provisioned_still_says_so()
    {
        StartInLoader();
        RunClean("$cleared = $board | Clear-EspBoardNvs -InLoader -Confirm:$false -Offset 0x200000 -Size 0x1000");
        Assert.Equal("WasErased AlreadyProvisioned  PROV_261FCC", Text("\"$($cleared.Status) $($cleared.State) $($cleared.ServiceName) $($cleared.Name)\""));
        Assert.Matches(@"(?m)^/dev/\S+ +PROV_261FCC +0x200000 0x1000 +WasErased AlreadyProvisioned *\r?$", Text("$cleared | Out-String -Width 80"));
    }

    [SkippableFact]
    public void Ctrl_C_while_the_log_is_waited_for_leaves_word_that_it_is_erased_and_a_board_that_runs()
    {
        StartInLoader();
        using (PowerShell shell = Prepare($"{Clear} -Verbose"))
        {
            shell.Streams.Verbose.DataAdded += (_, added) =>
            {
                if (shell.Streams.Verbose[added.Index].Message.Contains("is erased", StringComparison.Ordinal))
                    shell.BeginStop(null, null);
            };
            try
            {
                shell.Invoke();
            }
            catch (PipelineStoppedException)
            {
                // It may have ended before the stop.
            }

            Assert.Contains(shell.Streams.Verbose, record => record.Message.StartsWith("Partition 'nvs' of the board at /dev/", StringComparison.Ordinal));
        }

        for (int i = 0; i < 300 && StateOfDevice() != "Provisioning"; i++)
            System.Threading.Thread.Sleep(100);
        Assert.Equal("Provisioning", StateOfDevice());
    }

    private void StartInLoader(string arguments = "")
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no pseudo-terminals that are serial ports.");
        RunClean($"$board = Start-EspVirtualDevice PROV_261FCC -Transport Serial -ConnectDelay 0 -ShowQr {arguments}; $null = $board | Set-EspWifiCredential -ProofOfPossession abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword; $board | Restart-EspVirtualDevice -Loader");
    }

    private string StateOfDevice() => Text("(Get-EspVirtualDevice PROV_261FCC).State");

    private string Text(string script) => Assert.Single(RunClean(script)).ToString();
}
