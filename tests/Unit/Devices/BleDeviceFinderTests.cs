using System.Runtime.CompilerServices;
using EspProv.Devices;
using EspProv.Transports;
using EspProv.Transports.Gatt;

namespace EspProv.Tests.Devices;

public sealed class BleDeviceFinderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private static BleAdvertisement Heard(string address, string? name, params Guid[] services) =>
        new() { Address = address, Name = name, ServiceUuids = services, LastSeen = Noon };

    [Fact]
    public async Task A_device_is_reported_once_as_soon_as_it_has_a_name()
    {
        var scanner = new Scanner(
            Heard("A", null, ProvisioningService.StockExample), Heard("B", "PROV_B"), Heard("A", "PROV_A", ProvisioningService.StockExample), Heard("B", "PROV_B"));
        Assert.Equal(["PROV_B", "PROV_A"], (await FindAll(scanner)).Select(device => device.Name));
    }

    [Fact]
    public async Task A_device_that_is_known_by_its_service_only_is_kept_until_the_end()
    {
        var scanner = new Scanner(Heard("A", null, ProvisioningService.ManagerDefault), Heard("C", null), Heard("B", "PROV_B"));
        Assert.Equal([("PROV_B", "B"), ("A", "A")], (await FindAll(scanner)).Select(device => (device.Name, device.Address)));
    }

    [Fact]
    public async Task Only_devices_with_the_service_that_was_asked_for_are_reported()
    {
        var own = Guid.NewGuid();
        var scanner = new Scanner(Heard("A", "PROV_A", ProvisioningService.StockExample), Heard("B", "PROV_B"), Heard("B", "PROV_B", own), Heard("C", null, own));
        Assert.Equal(["PROV_B", "C"], (await FindAll(scanner, own)).Select(device => device.Name));
    }

    [Fact]
    public async Task Everything_that_was_heard_is_on_the_device()
    {
        BleAdvertisement heard = Heard("24:0A:C4:26:1F:CC", "PROV_261FCC", ProvisioningService.StockExample) with
        {
            Rssi = -61,
            ManufacturerData = new Dictionary<ushort, ReadOnlyMemory<byte>> { [0x02E5] = new byte[] { 0x01, 0xAB } },
        };
        ProvisioningDevice device = Assert.Single(await FindAll(new Scanner(heard)));
        Assert.Equal(("PROV_261FCC", ProvisioningTransport.Ble, "24:0A:C4:26:1F:CC", -61), (device.Name, device.Transport, device.Address, device.Rssi));
        Assert.Equal([ProvisioningService.StockExample.ToString()], device.ServiceUuids);
        // Espressif's company identifier, little-endian as on the air.
        Assert.Equal("e50201ab", device.ManufacturerData);
        Assert.Equal(Noon, device.LastSeen);
    }

    [Fact]
    public async Task Addresses_that_are_made_up_without_end_give_no_more_devices_than_the_limit()
    {
        BleAdvertisement[] named = [.. Enumerable.Range(0, 3000).Select(i => Heard($"N{i}", $"PROV_{i}"))];
        BleAdvertisement[] nameless = [.. Enumerable.Range(0, 3000).Select(i => Heard($"A{i}", null, ProvisioningService.ManagerDefault))];
        List<ProvisioningDevice> found = await FindAll(new Scanner([.. named, .. nameless, Heard("A0", "PROV_A0"), Heard("B", "PROV_B")]));
        Assert.Equal(BleDeviceFinder.MaxDevices, found.Count);
        Assert.Contains(found, device => device.Name == "PROV_A0");
        Assert.DoesNotContain(found, device => device.Name == "PROV_B");
    }

    [Fact]
    public async Task A_name_that_is_longer_than_Bluetooth_allows_is_none()
    {
        string longest = new('n', BleDeviceFinder.MaxNameLength);
        var scanner = new Scanner(
            Heard("A", longest), Heard("B", longest + "n"), Heard("C", longest + "n", ProvisioningService.ManagerDefault));
        Assert.Equal([longest, "C"], (await FindAll(scanner)).Select(device => device.Name));
    }

    [Fact]
    public async Task Whoever_has_seen_enough_ends_the_scan_by_leaving()
    {
        var scanner = new Scanner(Heard("A", "PROV_A"), Heard("B", "PROV_B"));
        await foreach (ProvisioningDevice _ in new BleDeviceFinder(scanner).FindAsync("hci1", null, CancellationToken.None))
            break;
        Assert.True(scanner.WasEnded);
        Assert.Equal("hci1", scanner.Adapter);
    }

    private static async Task<List<ProvisioningDevice>> FindAll(Scanner scanner, Guid? service = null)
    {
        using var time = new CancellationTokenSource();
        scanner.Exhausted = time.Cancel;
        var found = new List<ProvisioningDevice>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ProvisioningDevice device in new BleDeviceFinder(scanner).FindAsync(null, service, time.Token))
                found.Add(device);
        });
        Assert.True(scanner.WasEnded);
        return found;
    }

    private sealed class Scanner(params BleAdvertisement[] heard) : IBleScanner
    {
        public Action Exhausted { get; set; } = () => { };

        public bool WasEnded { get; private set; }

        public string? Adapter { get; private set; }

        public async IAsyncEnumerable<BleAdvertisement> ScanAsync(BleScanOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Adapter = options.Adapter;
            try
            {
                foreach (BleAdvertisement advertisement in heard)
                    yield return advertisement;
                Exhausted();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                WasEnded = true;
            }
        }
    }
}
