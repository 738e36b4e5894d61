using System.Text;
using EspProv.Devices;
using EspProv.Host;
using EspProv.Host.DBus;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports.Gatt;
using EspProv.Virtual;
using EspProv.Virtual.Transports.BlueZ;

namespace EspProv.Tests.Host.Bluetooth.BlueZ;

/// <summary>Whole flows: the client's transport, a real bus, the double, and the virtual device's peripheral behind it.</summary>
public sealed class BlueZFlowTests
{
    [SkippableTheory]
    [InlineData(SecurityVersion.Security0)]
    [InlineData(SecurityVersion.Security1)]
    [InlineData(SecurityVersion.Security2)]
    public async Task A_device_is_found_connected_scanned_and_provisioned(SecurityVersion version)
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        VirtualAccessPoint[] sixteen = [.. Enumerable.Range(1, 16).Select(i => new VirtualAccessPoint
        {
            Ssid = new string((char)('a' + i), 31) + "!",
            Passphrase = "mypassword",
            Rssi = -30 - i,
        })];
        await using VirtualDevice device = await fixture.StartDeviceAsync(new VirtualDeviceOptions { SecurityVersion = version, AccessPoints = sixteen });

        ProvisioningDevice found = await FindAsync(fixture, device.Name);
        Assert.Equal((device.Address, -57), (found.Address, found.Rssi));
        Assert.Equal([ProvisioningService.StockExample.ToString()], found.ServiceUuids);

        GattTransport transport = fixture.Transport(found.Address);
        await using (ProvisioningSession session = await ProvisioningSession.ConnectAsync(found, transport, BlueZFixture.Proof(version), default))
        {
            Assert.Equal(version, session.SecurityVersion);
            Assert.Equal((int)BlueZDouble.Mtu, transport.Mtu);
            Assert.Equal(sixteen.Select(ap => ap.Ssid), (await session.ScanWifiAsync(new WifiScanOptions(), default)).Select(ap => ap.Ssid));

            byte[] custom = new byte[450];
            Assert.Equal("SUCCESS\0", Encoding.ASCII.GetString(await session.SendCustomDataAsync("custom-data", custom, default)));

            WifiProvisioningResult result = await session.ProvisionWifiAsync(
                new WifiCredential(Encoding.ASCII.GetBytes(sixteen[0].Ssid), Secret.FromUtf8("mypassword")), TimeSpan.FromMinutes(1), null, default);
            Assert.Equal(ProvisioningOutcome.Connected, result.Outcome);
        }

        Assert.Equal(VirtualDeviceState.Connected, device.State);
    }

    [SkippableFact]
    public async Task Echoed_data_of_the_longest_kind_comes_back_whole_in_several_reads()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync(new VirtualDeviceOptions { CustomEndpoints = ["echo"] });
        await using ProvisioningSession session = await ConnectAsync(fixture, device);
        byte[] data = new byte[512];
        new Random(7).NextBytes(data);
        Assert.Equal(data, await session.SendCustomDataAsync("echo", data, default));
    }

    [SkippableFact]
    public async Task Wrong_credentials_are_told_and_the_right_ones_work_next()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync();
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => ProvisioningSession.ConnectAsync(
            BlueZFixture.Named(device), fixture.Transport(device.Address), BlueZFixture.Proof(SecurityVersion.Security1, "wrong"), default));
        Assert.Equal(ProvisioningErrorReason.WrongCredentials, error.Reason);
        await fixture.AssertCleanAsync(clients: 1);

        await using ProvisioningSession session = await ConnectAsync(fixture, device);
        Assert.Equal(5, (await session.ScanWifiAsync(new WifiScanOptions(), default)).Count);
    }

    [SkippableFact]
    public async Task Nothing_is_advertised_while_a_client_is_there_and_again_when_it_left()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync();
        Assert.True(fixture.BlueZ.IsAdvertising("hci1"));
        await using (await ConnectAsync(fixture, device))
            Assert.False(fixture.BlueZ.IsAdvertising("hci1"));
        await BlueZFixture.EventuallyAsync(() => Task.FromResult(fixture.BlueZ.IsAdvertising("hci1")));
    }

    [SkippableFact]
    public async Task A_device_that_is_switched_off_takes_everything_back()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        VirtualDevice device = await fixture.StartDeviceAsync();
        await device.DisposeAsync();
        Assert.False(fixture.BlueZ.IsAdvertising("hci1"));
        Assert.Equal("double", fixture.BlueZ.Get("/org/bluez/hci1", "org.bluez.Adapter1", "Alias"));
        await fixture.AssertCleanAsync();
    }

    [SkippableFact]
    public async Task A_process_that_ends_gives_the_adapter_its_name_back()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        var end = new ProcessEnd();
        await using VirtualDevice device = await fixture.StartDeviceAsync(peripheral: new BlueZPeripheralOptions { ProcessEnd = end });
        Assert.Equal("PROV_261FCC", fixture.BlueZ.Get("/org/bluez/hci1", "org.bluez.Adapter1", "Alias"));
        await end.CleanAsync();
        Assert.Equal("double", fixture.BlueZ.Get("/org/bluez/hci1", "org.bluez.Adapter1", "Alias"));
        Assert.False(fixture.BlueZ.IsAdvertising("hci1"));
    }

    [SkippableTheory]
    [InlineData("proto-ver")]
    [InlineData("prov-session")]
    [InlineData("prov-scan")]
    [InlineData("prov-config")]
    public async Task A_link_that_drops_while_an_endpoint_is_read_is_recovered_from_or_told(string endpoint)
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync();
        string path = $"/char{Array.IndexOf(["prov-ctrl", "prov-scan", "prov-session", "prov-config", "proto-ver"], endpoint):D2}";
        int dropped = 0;
        fixture.BlueZ.Intercept = call =>
        {
            if (call.Member == "ReadValue" && call.Path!.EndsWith(path, StringComparison.Ordinal) && Interlocked.Exchange(ref dropped, 1) == 0)
            {
                fixture.BlueZ.DropAll("/org/bluez/hci0");
                throw new DBusException("org.bluez.Error.Failed", "Not connected");
            }

            return Task.FromResult<DBusMessage?>(null);
        };

        WifiProvisioningResult? result = null;
        try
        {
            await using ProvisioningSession session = await ConnectAsync(fixture, device);
            Assert.Equal(5, (await session.ScanWifiAsync(new WifiScanOptions(), default)).Count);
            result = await session.ProvisionWifiAsync(
                new WifiCredential("MyHomeWiFiAP"u8.ToArray(), Secret.FromUtf8("mypassword")), TimeSpan.FromMinutes(1), null, default);
        }
        catch (ProvisioningException exception)
        {
            // In the middle of a handshake there is nothing to come back to.
            Assert.Equal("prov-session", endpoint);
            Assert.Contains(exception.Reason, new[] { ProvisioningErrorReason.SessionLost, ProvisioningErrorReason.WrongCredentials });
        }

        Assert.Equal(1, dropped);
        if (endpoint != "prov-session")
            Assert.Equal(ProvisioningOutcome.Connected, result!.Outcome);
    }

    [SkippableTheory]
    [InlineData(GattPairing.WhenAsked)]
    [InlineData(GattPairing.Always)]
    public async Task Firmware_with_forced_encryption_is_paired_and_the_bond_removed_after(GattPairing pairing)
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync(peripheral: new BlueZPeripheralOptions { ForceEncryption = true });
        for (int i = 0; i < 2; i++)
        {
            await using (ProvisioningSession session = await ConnectAsync(fixture, device, new GattTransportOptions { Pairing = pairing }))
            {
                Assert.Equal(true, fixture.BlueZ.Get(DevicePath(device), "org.bluez.Device1", "Paired"));
                Assert.Equal(5, (await session.ScanWifiAsync(new WifiScanOptions(), default)).Count);
            }

            Assert.Null(fixture.BlueZ.Get(DevicePath(device), "org.bluez.Device1", "Paired"));
            await BlueZFixture.EventuallyAsync(() => Task.FromResult(fixture.BlueZ.IsAdvertising("hci1")));
        }

        Assert.Equal(2, fixture.BlueZ.Calls.Count(call => call == "Device1.Pair"));
    }

    [SkippableFact]
    public async Task A_device_without_forced_encryption_is_never_paired()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync();
        await using (await ConnectAsync(fixture, device))
        {
        }

        Assert.DoesNotContain("Device1.Pair", fixture.BlueZ.Calls);
        Assert.DoesNotContain("Adapter1.RemoveDevice", fixture.BlueZ.Calls);
    }

    [SkippableFact]
    public async Task Pairing_that_fails_says_so()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync(peripheral: new BlueZPeripheralOptions { ForceEncryption = true });
        fixture.BlueZ.Intercept = call => call.Member == "Pair"
            ? throw new DBusException("org.bluez.Error.AuthenticationFailed", "Authentication Failed")
            : Task.FromResult<DBusMessage?>(null);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => ConnectAsync(fixture, device));
        Assert.Equal(ProvisioningErrorReason.PairingFailed, error.Reason);
    }

    [SkippableFact]
    public async Task Twenty_sessions_leave_nothing_on_the_bus()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync();
        for (int i = 0; i < 20; i++)
        {
            await using (ProvisioningSession session = await ConnectAsync(fixture, device))
                await session.GetWifiStatusAsync(default);
            await BlueZFixture.EventuallyAsync(() => Task.FromResult(fixture.BlueZ.IsAdvertising("hci1")));
        }

        await fixture.AssertCleanAsync(clients: 1);
    }

    private static string DevicePath(VirtualDevice device) => $"/org/bluez/hci0/dev_{device.Address.Replace(':', '_')}";

    private static Task<ProvisioningSession> ConnectAsync(BlueZFixture fixture, VirtualDevice device, GattTransportOptions? options = null) =>
        ProvisioningSession.ConnectAsync(
            BlueZFixture.Named(device), fixture.Transport(device.Address, options), BlueZFixture.Proof(device.Options.SecurityVersion), default);

    private static async Task<ProvisioningDevice> FindAsync(BlueZFixture fixture, string name)
    {
        await foreach (ProvisioningDevice device in new BleDeviceFinder(fixture.Host).FindAsync("hci0", null, default))
        {
            if (device.Name == name)
                return device;
        }

        throw new InvalidOperationException();
    }
}
