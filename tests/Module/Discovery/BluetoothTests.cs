using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Discovery;

/// <summary>What the cmdlets say about Bluetooth before there is any; tests/BlueZ has the rest.</summary>
public class BluetoothTests : ModuleTest
{
    [Theory]
    [InlineData("Start-EspVirtualDevice -Count 2 -Transport Ble")]
    [InlineData("Start-EspVirtualDevice -Adapter hci1")]
    [InlineData("Start-EspVirtualDevice -ForceEncryption")]
    public void Wishes_that_do_not_go_together_are_refused_before_anything_is_started(string command)
    {
        Assert.StartsWith(
            "ParameterConflict", RunClean<string>($"try {{ {command} -ErrorAction Stop; 'started' }} catch {{ $_.FullyQualifiedErrorId }}"), StringComparison.Ordinal);
        Assert.Empty(RunClean("Get-EspVirtualDevice"));
    }

    [Theory]
    [InlineData("Connect-EspProvSession -Transport Ble -Address 24:0A:C4:26:1F")]
    [InlineData("Get-EspProvCapability -Transport Ble -Address 192.168.4.1")]
    public void Something_else_than_a_Bluetooth_address_is_refused_before_anything_is_opened(string command)
    {
        Assert.Empty(Run(command));
        Assert.Equal("InvalidAddress", IdOf(Assert.Single(Errors)));
    }

    [SkippableTheory]
    [InlineData("Find-EspProvDevice -Transport Ble -Timeout 1")]
    [InlineData("Connect-EspProvSession -Transport Ble -Address 24:0A:C4:26:1F:CC -ConnectTimeout 5")]
    [InlineData("Start-EspVirtualDevice -Transport Ble")]
    public void A_machine_without_a_bus_is_told_so_with_advice(string command)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "BlueZ is Linux's.");
        Skip.If(File.Exists("/run/dbus/system_bus_socket") || Environment.GetEnvironmentVariable("DBUS_SYSTEM_BUS_ADDRESS") is not null,
            "This machine has a system bus, so the outcome is that of its radio.");
        Assert.Empty(Run(command));
        ErrorRecord error = Assert.Single(Errors);
        Assert.Contains(IdOf(error), new[] { "BluetoothServiceNotRunning", "TransportUnavailable" });
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void Without_a_transport_Bluetooth_that_is_not_there_is_no_error() => RunClean("Find-EspProvDevice -Timeout 1");
}
