using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.VirtualDevices;

public class RestartTests : ModuleTest
{
    [Fact]
    public void A_device_that_was_provisioned_is_so_after_a_restart_and_not_after_it_is_cleared()
    {
        RunClean("$device = Start-EspVirtualDevice PROV_261FCC -ConnectDelay 0; $null = $device | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Pop abcd1234");

        Assert.Equal("AlreadyProvisioned", RunClean<string>("($device | Restart-EspVirtualDevice -PassThru).State"));
        Assert.Empty(RunClean("Find-EspProvDevice PROV_261FCC"));

        RunClean("Clear-EspVirtualDevice PROV_261FCC; Restart-EspVirtualDevice PROV_261FCC");
        Assert.Equal("Provisioning", RunClean<string>("$device.State"));
        Assert.Single(RunClean("Find-EspProvDevice PROV_261FCC"));
    }

    [Fact]
    public void A_device_without_a_serial_port_has_no_loader()
    {
        ErrorRecord error = RunToError("Start-EspVirtualDevice PROV_261FCC | Restart-EspVirtualDevice -Loader");

        Assert.Equal("ParameterConflict", IdOf(error));
        Assert.Contains("-Transport Serial", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("Provisioning", RunClean<string>("(Get-EspVirtualDevice PROV_261FCC).State"));
    }

    [SkippableFact]
    public void A_device_on_a_serial_port_enters_its_loader_until_it_is_restarted()
    {
        Skip.IfNot(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There are no pseudo-terminals on this system.");
        RunClean("$device = Start-EspVirtualDevice PROV_261FCC -Transport Serial");

        Assert.Equal("Loader", RunClean<string>("(Restart-EspVirtualDevice PROV_261FCC -Loader -PassThru).State"));
        Assert.Equal("waiting for download", RunClean<string>("(Get-EspVirtualDeviceLog PROV_261FCC -Last 1).Line"));
        Assert.Empty(RunClean("Find-EspProvDevice PROV_261FCC -Transport Serial"));

        Assert.Equal("Provisioning", RunClean<string>("($device | Restart-EspVirtualDevice -PassThru).State"));
        Assert.Single(RunClean("$device | Connect-EspProvSession -Pop abcd1234"));
    }

    [Theory]
    [InlineData("Restart-EspVirtualDevice")]
    [InlineData("Clear-EspVirtualDevice")]
    public void A_device_that_was_stopped_is_not_started_again(string cmdlet)
    {
        RunClean("$device = Start-EspVirtualDevice PROV_261FCC; Stop-EspVirtualDevice PROV_261FCC");

        Assert.Equal("VirtualDeviceNotFound", IdOf(RunToError($"$device | {cmdlet}")));
    }

    // Linux lets another program listen on a port that is bound only, as that of a provisioned device is.
    [SkippableFact]
    public void A_port_that_was_taken_meanwhile_is_the_same_error_as_at_the_first_start()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Other systems do not let the port be taken.");
        RunClean("$device = Start-EspVirtualDevice PROV_261FCC -ConnectDelay 0; $null = $device | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Pop abcd1234");
        int port = RunClean<int>("[int]$device.Address.Split(':')[1]");
        using (TcpListener other = Take(port))
        {
            string[] scripts = [$"Start-EspVirtualDevice PROV_2 -Port {port}", "$device | Clear-EspVirtualDevice", "$device | Restart-EspVirtualDevice"];
            Assert.All(scripts, script => Assert.Equal("VirtualDeviceNotStarted", IdOf(RunToError(script))));
        }

        Assert.Equal("Provisioning", RunClean<string>("($device | Restart-EspVirtualDevice -PassThru).State"));
        Assert.Single(RunClean("Find-EspProvDevice PROV_261FCC"));
    }

    [Fact]
    public void A_state_file_that_cannot_be_read_is_an_error_that_says_so()
    {
        string state = Path.GetTempFileName();
        File.Delete(state);
        RunClean("$device = Start-EspVirtualDevice PROV_261FCC -StatePath $state", ("state", state));
        File.WriteAllText(state, "{}");
        try
        {
            Assert.Equal("VirtualDeviceNotStarted", IdOf(RunToError("$device | Restart-EspVirtualDevice")));
        }
        finally
        {
            File.Delete(state);
        }
    }

    // The service stops a moment after the device is connected.
    private static TcpListener Take(int port)
    {
        for (int attempt = 0; ; attempt++)
        {
            var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException) when (attempt < 50)
            {
                listener.Dispose();
                System.Threading.Thread.Sleep(100);
            }
        }
    }
}
