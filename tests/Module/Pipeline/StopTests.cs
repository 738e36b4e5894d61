using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Net.Sockets;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Pipeline;

/// <summary>Ctrl-C in the middle of something that would take an hour: the test ends because the command does.</summary>
public class StopTests : ModuleTest
{
    private const string AnHour = "3600";

    [Fact]
    public async Task Connect_stops_at_once_and_leaves_no_session()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using PowerShell shell = Prepare($"Connect-EspProvSession -Address {listener.LocalEndpoint} -Pop abcd1234 -ExchangeTimeout {AnHour}");
        IAsyncResult run = shell.BeginInvoke();
        using TcpClient accepted = await listener.AcceptTcpClientAsync();

        shell.Stop();

        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(run));
        Assert.Empty(RunClean("Get-EspProvSession"));
    }

    [Theory]
    [InlineData($"-ScanDelay {AnHour}", "Get-EspWifiScan -Timeout 3600")]
    [InlineData($"-ConnectDelay {AnHour}", "Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Timeout 3600")]
    public async Task A_pipeline_that_stops_in_a_later_command_leaves_no_session_that_it_made(string device, string command)
    {
        StartDevice("PROV_261FCC", device);
        long idle = RunClean<long>("(Get-EspVirtualDevice).RequestCount");
        using PowerShell shell = Prepare($"Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234 -ExchangeTimeout {AnHour} | {command}");
        IAsyncResult run = shell.BeginInvoke();

        // proto-ver, two handshake steps, and then the command itself.
        await UntilAsync(() => RequestCount() >= idle + 4);
        shell.Stop();

        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(run));
        Assert.Empty(RunClean("Get-EspProvSession"));
    }

    [Theory]
    [InlineData($"-ScanDelay {AnHour}", "Get-EspWifiScan -Timeout 3600")]
    [InlineData($"-ConnectDelay {AnHour}", "Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Timeout 3600")]
    public async Task A_one_shot_command_stops_at_once_and_leaves_no_session(string device, string command)
    {
        StartDevice("PROV_261FCC", device);
        long idle = RunClean<long>("(Get-EspVirtualDevice).RequestCount");
        using PowerShell shell = Prepare($"Find-EspProvDevice | {command} -Pop abcd1234 -ExchangeTimeout {AnHour}");
        IAsyncResult run = shell.BeginInvoke();
        await UntilAsync(() => RequestCount() >= idle + 4);

        shell.Stop();

        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(run));
        Assert.Empty(RunClean("Get-EspProvSession"));
    }

    [Fact]
    public async Task A_session_that_was_there_before_is_usable_or_closed_after_a_stop()
    {
        ConnectDevice($"-ConnectDelay {AnHour}");
        long idle = RunClean<long>("(Get-EspVirtualDevice).RequestCount");
        using (PowerShell shell = Prepare("Set-EspWifiCredential $session MyHomeWiFiAP mypassword -Timeout 3600"))
        {
            IAsyncResult run = shell.BeginInvoke();
            await UntilAsync(() => RequestCount() >= idle + 3);
            shell.Stop();
            Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(run));
        }

        Run("$state = $session.State; (Get-EspWifiStatus $session).State");
        Assert.True(Errors.Count == 0 || RunClean<string>("$session.State") == "Closed");
    }

    [Fact]
    public void A_stream_that_throws_leaves_no_session()
    {
        StartDevice("PROV_OPEN", "-ProofOfPossession ''");
        Run("Find-EspProvDevice PROV_OPEN | Connect-EspProvSession -WarningAction Stop");
        Assert.NotEmpty(Errors);
        Assert.Empty(RunClean("Get-EspProvSession"));
    }

    // Another runspace of the same process sees the same devices, while the one under test is busy.
    private static long RequestCount()
    {
        using Runspace runspace = NewRunspace(new TestHost());
        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        return (long)shell.AddScript("(Get-EspVirtualDevice).RequestCount").Invoke()[0].BaseObject;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
            await Task.Delay(20);
    }
}
