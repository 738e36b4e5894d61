using System.Runtime.InteropServices;
using EspProv.Devices;
using EspProv.Host.Bluetooth;
using EspProv.Host.Bluetooth.BlueZ;
using EspProv.Host.DBus;
using EspProv.Tests.Host.DBus;
using EspProv.Tests.Support;
using EspProv.Transports.Gatt;
using EspProv.Virtual;
using EspProv.Virtual.Transports.BlueZ;

namespace EspProv.Tests.Host.Bluetooth.BlueZ;

/// <summary>Everything that can be wrong with this machine's Bluetooth, provoked: each has an error of its own.</summary>
public sealed class BlueZErrorTests
{
    private const string Address = "24:0A:C4:26:1F:CC";

    public enum Use
    {
        Scan,
        Connect,
        Peripheral,
    }

    [SkippableTheory]
    [CombinatorialUses]
    public async Task No_bus_at_all(Use use)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "BlueZ is Linux's.");
        var options = new BlueZOptions { BusAddress = "unix:path=/nonexistent/bus" };
        await AssertAsync(ProvisioningErrorReason.BluetoothServiceNotRunning, use, options);
    }

    [SkippableTheory]
    [CombinatorialUses]
    public async Task No_bluetoothd(Use use)
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await AssertAsync(ProvisioningErrorReason.BluetoothServiceNotRunning, use, new BlueZOptions { BusAddress = bus.Address });
    }

    [SkippableTheory]
    [CombinatorialUses]
    public async Task The_bus_does_not_let_this_user_speak_to_BlueZ(Use use)
    {
        await using PrivateBus bus = await PrivateBus.StartAsync("""<deny send_destination="org.bluez"/>""");
        await using BlueZDouble bluez = await BlueZDouble.StartAsync(bus, "hci0");
        await AssertAsync(ProvisioningErrorReason.BluetoothPermissionDenied, use, new BlueZOptions { BusAddress = bus.Address });
    }

    [SkippableTheory]
    [CombinatorialUses]
    public async Task No_adapter(Use use)
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using BlueZDouble bluez = await BlueZDouble.StartAsync(bus);
        await AssertAsync(ProvisioningErrorReason.BluetoothAdapterNotFound, use, new BlueZOptions { BusAddress = bus.Address });
    }

    [SkippableTheory]
    [CombinatorialUses]
    public async Task No_adapter_of_that_name(Use use)
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        ProvisioningException error = await AssertAsync(ProvisioningErrorReason.BluetoothAdapterNotFound, use, fixture.Options, "hci7");
        Assert.Contains("hci0 (00:AA:01:00:00:00), hci1 (00:AA:01:00:00:01)", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [CombinatorialUses]
    public async Task The_adapter_is_off(Use use)
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync("hci0");
        fixture.BlueZ.SetPowered("hci0", false);
        await AssertAsync(ProvisioningErrorReason.BluetoothAdapterOff, use, fixture.Options);
    }

    [SkippableTheory]
    [InlineData(true, false, "soft")]
    [InlineData(false, true, "hard")]
    public async Task The_adapter_is_blocked_says_the_kernel(bool soft, bool hard, string kind)
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync("hci0");
        fixture.BlueZ.SetPowered("hci0", false);
        fixture.AddSwitch("hci0", soft, hard);
        ProvisioningException error = await AssertAsync(ProvisioningErrorReason.BluetoothBlocked, Use.Scan, fixture.Options);
        Assert.Contains(kind, error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_adapter_is_blocked_says_BlueZ()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync("hci0");
        fixture.BlueZ.SetPowered("hci0", false, "off-blocked");
        await AssertAsync(ProvisioningErrorReason.BluetoothBlocked, Use.Connect, fixture.Options);
    }

    [SkippableFact]
    public async Task A_switch_of_another_adapter_does_not_matter()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync("hci0");
        fixture.BlueZ.SetPowered("hci0", false);
        fixture.AddSwitch("hci1", soft: true, hard: false);
        await AssertAsync(ProvisioningErrorReason.BluetoothAdapterOff, Use.Scan, fixture.Options);
    }

    [SkippableTheory]
    [InlineData("off", ProvisioningErrorReason.BluetoothAdapterOff)]
    [InlineData("unplugged", ProvisioningErrorReason.BluetoothAdapterNotFound)]
    [InlineData("stopped", ProvisioningErrorReason.BluetoothServiceNotRunning)]
    [InlineData("bus", ProvisioningErrorReason.BluetoothServiceNotRunning)]
    public async Task What_goes_away_in_the_middle_of_a_scan_ends_it(string what, ProvisioningErrorReason reason)
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        Task scan = ScanAsync(fixture.Options, "hci0");
        await BlueZFixture.EventuallyAsync(() => Task.FromResult(fixture.BlueZ.IsDiscovering("hci0")));
        await TakeAwayAsync(fixture, what);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => scan.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(reason, error.Reason);
    }

    [SkippableTheory]
    [InlineData("off", ProvisioningErrorReason.BluetoothAdapterOff)]
    [InlineData("unplugged", ProvisioningErrorReason.BluetoothAdapterNotFound)]
    [InlineData("stopped", ProvisioningErrorReason.BluetoothServiceNotRunning)]
    [InlineData("bus", ProvisioningErrorReason.BluetoothServiceNotRunning)]
    [InlineData("device", ProvisioningErrorReason.SessionLost)]
    public async Task What_goes_away_in_the_middle_of_an_exchange_fails_it_at_once(string what, ProvisioningErrorReason reason)
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync();
        await using GattTransport transport = fixture.Transport(device.Address, new GattTransportOptions { ExchangeTimeout = TimeSpan.FromMinutes(5) });
        await transport.OpenAsync(default);

        var asked = new TaskCompletionSource();
        fixture.BlueZ.Intercept = async call =>
        {
            if (call.Member != "WriteValue")
                return null;
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite);
            return null;
        };
        Task<byte[]> exchange = transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await TakeAwayAsync(fixture, what);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => exchange.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(reason, error.Reason);
        await TransportAssert.IsClosedAsync(transport);
    }

    [SkippableFact]
    public async Task A_device_that_BlueZ_remembers_but_nobody_hears_is_unreachable()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        fixture.BlueZ.AddStaleDevice("hci0", Address, "PROV_261FCC");
        await AssertAsync(ProvisioningErrorReason.DeviceUnreachable, Use.Connect, fixture.Options);
        Assert.True(fixture.BlueZ.Calls.Count(call => call == "Device1.Connect") > 1, "a connection that was aborted is tried again");
    }

    [SkippableFact]
    public async Task A_device_that_is_never_heard_is_a_time_out_and_the_scan_is_off()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using GattTransport transport = fixture.Transport(Address, new GattTransportOptions { ConnectTimeout = TimeSpan.FromMilliseconds(300) });
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default));
        Assert.Equal(ProvisioningErrorReason.ConnectTimeout, error.Reason);
        Assert.False(fixture.BlueZ.IsDiscovering("hci0"));
    }

    [SkippableTheory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public async Task A_link_that_goes_down_before_its_services_are_known_is_made_again_a_few_times(int lostLinks, bool opens)
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync();
        int connects = 0;

        // Connected, says BlueZ, and by the time that the property is looked at it is not any more.
        fixture.BlueZ.Intercept = call => Task.FromResult(
            call.Member == "Connect" && Interlocked.Increment(ref connects) <= lostLinks ? call.Return() : null);
        await using GattTransport transport = fixture.Transport(device.Address);
        if (opens)
        {
            await transport.OpenAsync(default);
        }
        else
        {
            ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default));
            Assert.Equal(ProvisioningErrorReason.DeviceUnreachable, error.Reason);
        }

        Assert.Equal(Math.Min(lostLinks + 1, 3), connects);
    }

    [SkippableFact]
    public async Task A_connection_that_hangs_is_called_off()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync();
        fixture.BlueZ.Intercept = async call =>
        {
            if (call.Member == "Connect")
                await Task.Delay(Timeout.Infinite);
            return null;
        };
        await using GattTransport transport = fixture.Transport(device.Address, new GattTransportOptions { ConnectTimeout = TimeSpan.FromSeconds(2) });
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default));
        Assert.Equal(ProvisioningErrorReason.ConnectTimeout, error.Reason);
        Assert.Contains("Device1.Disconnect", fixture.BlueZ.Calls);
    }

    [SkippableFact]
    public async Task A_service_that_was_started_again_is_found_again()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        VirtualDevice device = await fixture.StartDeviceAsync();
        await using GattTransport transport = fixture.Transport(device.Address);
        await transport.OpenAsync(default);
        await fixture.BlueZ.StopServiceAsync();
        await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default));
        await device.DisposeAsync();

        await using BlueZDouble again = await BlueZDouble.StartAsync(fixture.Bus, "hci0", "hci1");
        await using VirtualDevice next = await fixture.StartDeviceAsync();
        await transport.OpenAsync(default);
        Assert.NotEmpty(await transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_device_is_there_again_when_the_service_was_started_again(bool forceEncryption)
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync(peripheral: new BlueZPeripheralOptions { ForceEncryption = forceEncryption });
        await using GattTransport transport = fixture.Transport(device.Address);
        await transport.OpenAsync(default);
        await fixture.BlueZ.StopServiceAsync();

        // Twice, with an adapter that comes late as bluetoothd's do: what is registered follows it.
        for (int i = 0; i < 2; i++)
        {
            await using BlueZDouble again = await BlueZDouble.StartAsync(fixture.Bus, "hci0");
            again.AddAdapter("hci1", device.Address);
            await BlueZFixture.EventuallyAsync(() => Task.FromResult(again.IsAdvertising("hci1")));
            await transport.OpenAsync(default);
            Assert.NotEmpty(await transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default));
            await again.StopServiceAsync();
        }
    }

    [SkippableFact]
    public async Task A_device_that_was_stopped_stays_away_when_the_service_was_started_again()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        VirtualDevice device = await fixture.StartDeviceAsync();
        await fixture.BlueZ.StopServiceAsync();
        await using (BlueZDouble without = await BlueZDouble.StartAsync(fixture.Bus))
        {
            // It waits for its adapter, and that must not keep it from ending.
            await BlueZFixture.EventuallyAsync(() => Task.FromResult(without.Calls.Contains("ObjectManager.GetManagedObjects")));
            await device.DisposeAsync();
            without.AddAdapter("hci1", device.Address);
            await fixture.AssertCleanAsync(clients: 1);
            Assert.False(without.IsAdvertising("hci1"));
        }
    }

    [Theory]
    [InlineData("org.bluez.Error.NotPermitted", "Not paired", AttError.InsufficientAuthentication)]
    [InlineData("org.bluez.Error.NotPermitted", "Write not permitted", AttError.WriteNotPermitted)]
    [InlineData("org.bluez.Error.NotPermitted", "Read not permitted", AttError.ReadNotPermitted)]
    [InlineData("org.bluez.Error.NotAuthorized", "Operation Not Authorized", AttError.InsufficientAuthorization)]
    [InlineData("org.bluez.Error.NotSupported", "Operation is not supported", AttError.RequestNotSupported)]
    [InlineData("org.bluez.Error.InvalidArguments", "Invalid Length", AttError.InvalidValueLength)]
    [InlineData("org.bluez.Error.InvalidArguments", "Invalid offset", AttError.InvalidOffset)]
    [InlineData("org.bluez.Error.Failed", "Operation failed with ATT error: 0x04", AttError.InvalidPdu)]
    [InlineData("org.bluez.Error.Failed", "Operation failed with ATT error: 0x0e", AttError.UnlikelyError)]
    [InlineData("org.bluez.Error.Failed", "Operation failed with ATT error: 0x80", (AttError)0x80)]
    [InlineData("org.bluez.Error.Failed", "Operation failed with ATT error: 0x85", AttError.RequestRefused)]
    [InlineData("org.bluez.Error.Failed", "Operation failed", AttError.Unknown)]
    [InlineData("org.bluez.Error.Failed", "Not connected", null)]
    [InlineData("org.freedesktop.DBus.Error.NoReply", "", null)]
    public void Errors_of_BlueZ_are_ATT_errors_again(string name, string message, AttError? expected) =>
        Assert.Equal(expected, BlueZErrors.ToGatt(new DBusException(name, message))?.Error);

    [Fact]
    public void Other_platforms_are_told_what_works_there()
    {
        ProvisioningException error = Assert.Throws<ProvisioningException>(() => BluetoothPlatform.CreateHost(OSPlatform.OSX));
        Assert.Equal(ProvisioningErrorReason.TransportUnavailable, error.Reason);
        Assert.Contains("macOS", error.Message, StringComparison.Ordinal);
        Assert.Contains("-Transport SoftAP", error.Message, StringComparison.Ordinal);
        Assert.Equal(
            ProvisioningErrorReason.TransportUnavailable, Assert.Throws<ProvisioningException>(() => BluetoothPlatform.CreateHost(OSPlatform.Windows)).Reason);
        Assert.IsType<BlueZHost>(BluetoothPlatform.CreateHost(OSPlatform.Linux));
    }

    [SkippableFact]
    public async Task Manufacturer_data_and_names_that_do_not_fit_are_refused_before_anything_is_advertised()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.StartDeviceAsync(peripheral: new BlueZPeripheralOptions { ManufacturerData = new byte[9] }));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.StartDeviceAsync(peripheral: new BlueZPeripheralOptions { ManufacturerData = new byte[1] }));
        BlueZPeripheral peripheral = await BlueZPeripheral.OpenAsync(new BlueZPeripheralOptions { Adapter = "hci1", BlueZ = fixture.Options }, default);
        await Assert.ThrowsAsync<ArgumentException>(() => VirtualDevice.StartAsync(new VirtualDeviceOptions { Name = new string('N', 30) }, peripheral, default));
        Assert.False(fixture.BlueZ.IsAdvertising("hci1"));
        await fixture.AssertCleanAsync();
    }

    private static async Task TakeAwayAsync(BlueZFixture fixture, string what)
    {
        switch (what)
        {
            case "off":
                fixture.BlueZ.SetPowered("hci0", false);
                break;
            case "unplugged":
                fixture.BlueZ.Unplug("hci0");
                break;
            case "stopped":
                await fixture.BlueZ.StopServiceAsync();
                break;
            case "bus":
                fixture.Bus.Kill();
                break;
            default:
                fixture.BlueZ.DropAll("/org/bluez/hci0");
                break;
        }
    }

    private static async Task ScanAsync(BlueZOptions options, string? adapter)
    {
        await foreach (ProvisioningDevice _ in new BleDeviceFinder(new BlueZHost(options)).FindAsync(adapter, null, default))
        {
        }
    }

    private static async Task<ProvisioningException> AssertAsync(ProvisioningErrorReason reason, Use use, BlueZOptions options, string? adapter = null)
    {
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(async () =>
        {
            switch (use)
            {
                case Use.Scan:
                    await ScanAsync(options, adapter);
                    break;
                case Use.Connect:
                    await using (var transport = new GattTransport(new BlueZHost(options).CreateLink(Address, adapter)))
                        await transport.OpenAsync(default);
                    break;
                default:
                    await using (BlueZPeripheral peripheral = await BlueZPeripheral.OpenAsync(new BlueZPeripheralOptions { Adapter = adapter, BlueZ = options }, default))
                        await VirtualDevice.StartAsync(new VirtualDeviceOptions(), peripheral, default);
                    break;
            }
        }).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(reason, error.Reason);
        return error;
    }

    /// <summary>The same for scanning, connecting and being a peripheral.</summary>
    private sealed class CombinatorialUsesAttribute : Xunit.Sdk.DataAttribute
    {
        public override IEnumerable<object[]> GetData(System.Reflection.MethodInfo testMethod) => Enum.GetValues<Use>().Select(use => new object[] { use });
    }
}
