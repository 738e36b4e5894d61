using EspProv.Devices;
using EspProv.Host.Bluetooth;
using EspProv.Host.Bluetooth.BlueZ;
using EspProv.Host.DBus;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Host.DBus;
using EspProv.Transports;
using EspProv.Transports.Gatt;
using EspProv.Virtual;
using EspProv.Virtual.Transports.BlueZ;

namespace EspProv.Tests.Host.Bluetooth.BlueZ;

/// <summary>A private bus, the double with two adapters on it, the module's host, and virtual devices on the second adapter.</summary>
internal sealed class BlueZFixture : IAsyncDisposable
{
    private readonly string _switches = Directory.CreateTempSubdirectory("espprov-rfkill").FullName;

    private BlueZFixture(PrivateBus bus, BlueZDouble bluez)
    {
        Bus = bus;
        BlueZ = bluez;
        Options = new BlueZOptions { BusAddress = bus.Address, RadioSwitchPath = _switches };
        Host = new BlueZHost(Options);
    }

    public PrivateBus Bus { get; }

    public BlueZDouble BlueZ { get; }

    public BlueZOptions Options { get; }

    public BlueZHost Host { get; }

    public static async Task<BlueZFixture> StartAsync(params string[] adapters)
    {
        PrivateBus bus = await PrivateBus.StartAsync();
        return new BlueZFixture(bus, await BlueZDouble.StartAsync(bus, adapters.Length == 0 ? ["hci0", "hci1"] : adapters));
    }

    /// <summary>A virtual device on hci1.</summary>
    public async Task<VirtualDevice> StartDeviceAsync(VirtualDeviceOptions? options = null, BlueZPeripheralOptions? peripheral = null)
    {
        BlueZPeripheral transport = await BlueZPeripheral.OpenAsync((peripheral ?? new BlueZPeripheralOptions()) with { Adapter = "hci1", BlueZ = Options }, default);
        return await VirtualDevice.StartAsync(
            (options ?? new VirtualDeviceOptions()) with { Name = "PROV_261FCC", ScanDelay = TimeSpan.Zero, ConnectDelay = TimeSpan.Zero }, transport, default);
    }

    /// <summary>A transport from hci0.</summary>
    public GattTransport Transport(string address, GattTransportOptions? options = null) => new(Host.CreateLink(address, "hci0"), options);

    public static ProvisioningDevice Named(VirtualDevice device) =>
        new() { Name = device.Name, Transport = ProvisioningTransport.Ble, Address = device.Address };

    /// <summary>The proof that the stock example wants.</summary>
    public static SessionOptions Proof(SecurityVersion version, string secret = "abcd1234") => new()
    {
        SecurityVersion = version,
        AllowUnencrypted = version == SecurityVersion.Security0,
        Credential = version switch
        {
            SecurityVersion.Security0 => SecurityCredential.None,
            SecurityVersion.Security1 => new SecurityCredential { ProofOfPossession = Secret.FromUtf8(secret) },
            _ => new SecurityCredential { Username = "wifiprov", Password = Secret.FromUtf8(secret) },
        },
    };

    /// <summary>A radio switch, as the kernel shows it.</summary>
    public void AddSwitch(string adapter, bool soft, bool hard)
    {
        string entry = Directory.CreateDirectory(Path.Combine(_switches, "rfkill0")).FullName;
        foreach ((string name, string value) in new[] { ("type", "bluetooth"), ("name", adapter), ("soft", soft ? "1" : "0"), ("hard", hard ? "1" : "0") })
            File.WriteAllText(Path.Combine(entry, name), value + "\n");
    }

    /// <summary>Waits until something becomes true that the bus tells nobody.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
            await Task.Delay(20, limit.Token);
    }

    /// <summary>Nothing of ours is left on the bus: no client but the double and the observer, no rule of BlueZ's.</summary>
    public async Task AssertCleanAsync(int clients = 0)
    {
        await using DBusConnection observer = await Bus.ConnectAsync();
        await EventuallyAsync(async () => await PrivateBus.ClientsAsync(observer) == 2 + clients);
        if (clients == 0)
            Assert.DoesNotContain(await PrivateBus.MatchRulesAsync(observer), rule => rule.Contains("sender='org.bluez'", StringComparison.Ordinal));
        Assert.False(BlueZ.IsDiscovering("hci0"));
    }

    public async ValueTask DisposeAsync()
    {
        await BlueZ.DisposeAsync();
        await Bus.DisposeAsync();
        Directory.Delete(_switches, recursive: true);
    }
}
