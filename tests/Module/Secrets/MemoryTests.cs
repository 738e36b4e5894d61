using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Secrets;

/// <summary>What stays in the memory of a process that had a secret. The device is in another process: it has the key by its nature.</summary>
public class MemoryTests : ModuleTest
{
    private const string Start = "$device = Start-EspVirtualDevice -Network Thread -ConnectDelay 0 -ThreadNetwork "
        + "@{ NetworkName = 'lab'; NetworkKey = $key; ExtendedPanId = '1111111122222222' }";

    private const string Connect = "$session = Connect-EspProvSession -Address $address -Pop abcd1234; ";
    private const string Close = "; $session | Disconnect-EspProvSession; $session = $null";

    [SkippableTheory]
    [InlineData(Connect + "(Set-EspThreadDataset $session -DatasetTlvs $dataset).Status" + Close)]
    [InlineData(Connect + "(Set-EspThreadDataset $session -PanId 1 -ExtendedPanId 1111111122222222 -Channel 15 -NetworkKey $key).Status" + Close)]
    [InlineData(Connect + "([pscustomobject]@{ Session = $session; DatasetTlvs = $dataset } | Set-EspThreadDataset).Status" + Close)]
    [InlineData("([pscustomobject]@{ Address = $address; Pop = 'abcd1234'; DatasetTlvs = $dataset } | Invoke-EspProvisioning).Status")]
    public async Task No_copy_of_a_Thread_network_key_is_left_when_the_session_is_closed(string script)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Reads the memory of a process as Linux shows it.");
        RunClean(Start, ("key", MemoryScenario.Key));
        string[] lines = await ScenarioProcess.RunAsync(MemoryScenario.Name, RunClean<string>("$device.Address"), script);
        Assert.Equal(["before text 0 bytes 0", "outcome Connected", "after text 0 bytes 0", "control True 32"], lines);
    }

    [SkippableFact]
    public async Task A_virtual_device_in_the_same_process_keeps_no_text_of_its_networks_key()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Reads the memory of a process as Linux shows it.");
        string[] lines = await ScenarioProcess.RunAsync(
            MemoryScenario.Name, "none", $"{Start}; $address = $device.Address; {Connect}(Set-EspThreadDataset $session -DatasetTlvs $dataset).Status{Close}");
        Assert.Equal(["before text 0", "outcome Connected", "after text 0", "control True 32"], lines.Select(line => line.Split(" bytes")[0]));
    }
}
