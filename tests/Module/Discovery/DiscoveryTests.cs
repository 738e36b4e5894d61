using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Discovery;

public class DiscoveryTests : ModuleTest
{
    [Fact]
    public void Finds_devices_whose_name_begins_with_PROV_unless_told_otherwise()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_261FCC, PROV_4C33E8, LAMP_1");
        Assert.Equal("PROV_261FCC PROV_4C33E8", RunClean<string>("(Find-EspProvDevice).Name -join ' '"));
        Assert.Equal("LAMP_1", RunClean<string>("(Find-EspProvDevice -NamePrefix lamp).Name"));
        Assert.Equal(3, RunClean<int>("@(Find-EspProvDevice *).Count"));
        Assert.Equal("PROV_4C33E8", RunClean<string>("(Find-EspProvDevice PROV_?C).Name"));
        Assert.Equal(1, RunClean<int>("@(Find-EspProvDevice -First 1).Count"));
        Assert.Equal(2, RunClean<int>("@(Find-EspProvDevice -Transport SoftAP).Count"));
        Assert.Empty(RunClean("Find-EspProvDevice PROV_NOBODY"));
    }

    [Fact]
    public async Task Does_not_find_a_device_that_has_ended_its_service_until_it_is_erased()
    {
        ConnectDevice();
        RunClean("Set-EspWifiCredential $session MyHomeWiFiAP mypassword");

        // The service ends a little after the device has said that it is connected.
        while (!RunClean<string>("(Get-EspVirtualDeviceLog PROV_261FCC) -join ' '").Contains("Provisioning stopped", StringComparison.Ordinal))
            await Task.Delay(20);

        Assert.Empty(RunClean("Find-EspProvDevice"));
        RunClean("Clear-EspVirtualDevice PROV_261FCC");
        Assert.Single(RunClean("Find-EspProvDevice"));
    }

    [Fact]
    public void A_transport_without_a_scanner_is_an_error_of_its_own_and_the_others_are_searched()
    {
        StartDevice();
        Assert.Single(Run("Find-EspProvDevice -Transport Console, SoftAP"));
        Assert.Equal("ParameterConflict", IdOf(Assert.Single(Errors)));
        Assert.Contains("Connect-EspProvSession -Transport Console", Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Asks_addresses_and_writes_those_where_a_service_answers()
    {
        StartDevice();
        int free = FreePort();
        IReadOnlyList<PSObject> found = Run($"Find-EspProvDevice -Address (Get-EspVirtualDevice).Address, 127.0.0.1:{free} -Timeout 5");

        Assert.Equal("Security1", Assert.Single(found).Properties["SecurityVersion"].Value.ToString());
        Assert.Equal("DeviceUnreachable", IdOf(Assert.Single(Errors)));
        Assert.Equal($"127.0.0.1:{free}", Errors[0].TargetObject.ToString());
    }

    [Fact]
    public void What_is_found_connects_by_the_pipeline()
    {
        RunClean("$null = Start-EspVirtualDevice -Count 3");
        Assert.Equal(3, RunClean<int>("@(Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234).Count"));
    }

    [Fact]
    public void Tells_what_devices_can_do_by_device_address_row_and_session()
    {
        ConnectDevice();
        RunClean("$null = Start-EspVirtualDevice PROV_4C33E8 -SecurityVersion 2 -ApplicationInfo @{ lamp = '{\"ver\":\"v3\"}' }");

        Assert.Equal("2", RunClean<string>("[int](Find-EspProvDevice PROV_4C33E8 | Get-EspProvCapability).SecurityVersion"));
        Assert.Contains("v3", RunClean<string>("(Get-EspVirtualDevice PROV_4C33E8 | Get-EspProvCapability).Application['lamp']"), StringComparison.Ordinal);
        Assert.Equal("lamp", RunClean<string>("([pscustomobject]@{ Name = 'lamp'; Address = (Get-EspVirtualDevice PROV_4C33E8).Address } | Get-EspProvCapability).Name"));
        Assert.Contains("wifi_scan", RunClean<string>("(Get-EspProvCapability (Find-EspProvDevice PROV_4C33E8)).Capabilities -join ' '"), StringComparison.Ordinal);

        // A second connection would end the session: the answer comes from the session's beginning.
        long before = RunClean<long>("(Get-EspVirtualDevice PROV_261FCC).RequestCount");
        Assert.Equal("v1.1", RunClean<string>("($session | Get-EspProvCapability).Version"));
        Assert.Equal(before, RunClean<long>("(Get-EspVirtualDevice PROV_261FCC).RequestCount"));
    }

    [Fact]
    public void Very_old_firmware_answers_with_a_bare_string()
    {
        StartDevice("PROV_OLD", "-BareVersion V0.1");
        Assert.Equal("V0.1", RunClean<string>("(Get-EspVirtualDevice PROV_OLD | Get-EspProvCapability).Version"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
