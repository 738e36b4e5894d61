using EspProv.Bluetooth.BlueZ;
using EspProv.Bluetooth.DBus;

namespace EspProv.Tests.Bluetooth;

/// <summary>The mirror of what bluetoothd has, on a private bus: the air decides how much that is.</summary>
public sealed class BlueZObjectsTests
{
    [SkippableFact]
    public async Task Devices_without_end_fill_the_mirror_up_to_its_limit_and_known_ones_go_on_changing()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection service = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        Dictionary<string, object> Interfaces(short rssi) =>
            new() { [BlueZNames.Device] = new Dictionary<string, object> { ["RSSI"] = new DBusVariant("n", rssi) } };
        int count = BlueZObjects.MaxObjects + 1000;
        Dictionary<string, object> all = Enumerable.Range(0, count).ToDictionary(Path, _ => (object)Interfaces(-60));
        service.Export("/", call => Task.FromResult(call.Return("a{oa{sa{sv}}}", all)));
        await service.CallAsync(
            DBusMessage.Call(
                DBusConnection.BusName, DBusConnection.BusPath, DBusConnection.BusName, "RequestName", "su", BlueZNames.Service, 0u),
            default);

        await using BlueZObjects objects = await BlueZObjects.StartAsync(client, default);
        Assert.Equal(BlueZObjects.MaxObjects, objects.Find(BlueZNames.Device).Count);

        service.Emit(DBusMessage.Signal("/", BlueZNames.ObjectManager, "InterfacesAdded", "oa{sa{sv}}", Path(1_000_000), Interfaces(-61)));
        service.Emit(DBusMessage.Signal("/", BlueZNames.ObjectManager, "InterfacesAdded", "oa{sa{sv}}", Path(1), Interfaces(-62)));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await objects.WaitAsync(() => objects.Get(Path(1), BlueZNames.Device, "RSSI") is (short)-62, patience.Token);
        Assert.Equal(BlueZObjects.MaxObjects, objects.Find(BlueZNames.Device).Count);

        static string Path(int number) => $"{BlueZNames.ServicePath}/hci0/dev_{number}";
    }
}
