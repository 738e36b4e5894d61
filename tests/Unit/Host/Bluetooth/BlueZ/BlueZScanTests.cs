using EspProv.Devices;
using EspProv.Host.Bluetooth.BlueZ;
using EspProv.Host.DBus;
using EspProv.Transports.Gatt;
using EspProv.Virtual;
using EspProv.Virtual.Transports.BlueZ;

namespace EspProv.Tests.Host.Bluetooth.BlueZ;

public sealed class BlueZScanTests
{
    [SkippableFact]
    public async Task A_device_that_starts_during_the_scan_is_reported_live_and_leaving_switches_the_scan_off()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        IAsyncEnumerator<BleAdvertisement> scanning = fixture.Host.ScanAsync(new BleScanOptions { Adapter = "hci0" }, default).GetAsyncEnumerator();
        Task<bool> first = scanning.MoveNextAsync().AsTask();
        await BlueZFixture.EventuallyAsync(() => Task.FromResult(fixture.BlueZ.IsDiscovering("hci0")));

        await using VirtualDevice device = await fixture.StartDeviceAsync(peripheral: new BlueZPeripheralOptions { ManufacturerData = new byte[] { 0xE5, 0x02, 0xAA } });
        Assert.True(await first.WaitAsync(TimeSpan.FromSeconds(60)));
        BleAdvertisement heard = scanning.Current;
        Assert.Equal(("PROV_261FCC", device.Address), (heard.Name, heard.Address));
        Assert.Equal([0xAA], heard.ManufacturerData[0x02E5].ToArray());
        await scanning.DisposeAsync();
        await fixture.AssertCleanAsync(clients: 1);
    }

    [SkippableFact]
    public async Task A_scan_that_is_cancelled_leaves_discovery_off_and_no_match_rules()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        using var stop = new CancellationTokenSource();
        var scan = Task.Run(async () =>
        {
            await foreach (ProvisioningDevice _ in new BleDeviceFinder(fixture.Host).FindAsync("hci0", null, stop.Token))
            {
            }
        });
        await BlueZFixture.EventuallyAsync(() => Task.FromResult(fixture.BlueZ.IsDiscovering("hci0")));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scan);
        await fixture.AssertCleanAsync();
        Assert.Contains("Adapter1.StopDiscovery", fixture.BlueZ.Calls);
    }

    [SkippableFact]
    public async Task A_name_that_comes_late_is_waited_for()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        fixture.BlueZ.NamesComeLate = true;
        await using VirtualDevice device = await fixture.StartDeviceAsync();
        await foreach (ProvisioningDevice found in new BleDeviceFinder(fixture.Host).FindAsync("hci0", null, default))
        {
            Assert.Equal("PROV_261FCC", found.Name);
            break;
        }
    }

    [SkippableFact]
    public async Task A_device_that_BlueZ_only_remembers_is_not_reported()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        fixture.BlueZ.AddStaleDevice("hci0", "24:0A:C4:00:00:01", "PROV_000001");
        await using VirtualDevice device = await fixture.StartDeviceAsync();
        await foreach (ProvisioningDevice found in new BleDeviceFinder(fixture.Host).FindAsync("hci0", null, default))
        {
            Assert.Equal("PROV_261FCC", found.Name);
            break;
        }
    }

    [SkippableFact]
    public async Task A_device_that_BlueZ_knows_already_is_reported_when_it_is_heard_again()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        await using VirtualDevice device = await fixture.StartDeviceAsync();
        for (int i = 0; i < 3; i++)
        {
            await foreach (BleAdvertisement heard in fixture.Host.ScanAsync(new BleScanOptions { Adapter = "hci0" }, default))
            {
                Assert.Equal(device.Address, heard.Address);
                break;
            }
        }
    }

    [SkippableFact]
    public async Task Adapters_are_listed_the_usable_one_first()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync("hci0", "hci1", "hci10");
        fixture.BlueZ.SetPowered("hci0", false);
        IReadOnlyList<BluetoothAdapter> adapters = await fixture.Host.GetAdaptersAsync(default);
        Assert.Equal(["hci1", "hci10", "hci0"], adapters.Select(adapter => adapter.Name));
        Assert.Equal(new BluetoothAdapter("hci0", "00:AA:01:00:00:00", false), adapters[2]);
    }

    [SkippableFact]
    public async Task A_property_longer_than_any_device_can_make_it_is_left_out()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync();
        string path = fixture.BlueZ.AddStaleDevice("hci0", "24:0A:C4:00:00:01", new string('x', DBusObjects.MaxValueLength + 1));
        await using BlueZClient client = await BlueZClient.OpenAsync(fixture.Options, default);
        Assert.Null(client.Objects.Get(path, BlueZNames.Device, "Name"));

        // One that comes later is left out, too.
        string other = fixture.BlueZ.AddStaleDevice("hci0", "24:0A:C4:00:00:02", "PROV_000002");
        fixture.BlueZ.Set(other, BlueZNames.Device, "UUIDs", new("as", Enumerable.Repeat(new string('0', 36), 1000).ToArray()));
        fixture.BlueZ.Set(other, BlueZNames.Device, "RSSI", new("n", (short)-50));
        await client.Objects.WaitAsync(() => client.Objects.Get(other, BlueZNames.Device, "RSSI") is not null, default).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("PROV_000002", client.Objects.Get(other, BlueZNames.Device, "Name"));
        Assert.Null(client.Objects.Get(other, BlueZNames.Device, "UUIDs"));
    }

    [SkippableFact]
    public async Task Ever_more_devices_on_the_air_do_not_fill_the_memory_nor_hide_an_adapter()
    {
        await using BlueZFixture fixture = await BlueZFixture.StartAsync("hci0");
        for (int i = 0; i < DBusObjects.MaxObjects; i++)
            fixture.BlueZ.AddStaleDevice("hci0", $"24:0A:C4:00:{i >> 8:X2}:{i & 255:X2}", "PROV");
        fixture.BlueZ.AddAdapter("hci1", "00:AA:01:00:00:01");
        await using BlueZClient client = await BlueZClient.OpenAsync(fixture.Options, default);
        Assert.InRange(client.Objects.Find(BlueZNames.Device).Count, DBusObjects.MaxObjects - 4, DBusObjects.MaxObjects);
        Assert.Equal(["hci0", "hci1"], client.GetAdapters().Select(adapter => adapter.Name));

        // What comes later is bounded, too; a further adapter is the sign that all of it came.
        for (int i = 0; i < 100; i++)
            fixture.BlueZ.AddStaleDevice("hci0", $"24:0A:C4:01:00:{i:X2}", "PROV");
        fixture.BlueZ.AddAdapter("hci2", "00:AA:01:00:00:02");
        await client.Objects.WaitAsync(() => client.GetAdapters().Count == 3, default).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.InRange(client.Objects.Find(BlueZNames.Device).Count, DBusObjects.MaxObjects - 4, DBusObjects.MaxObjects);
    }
}
