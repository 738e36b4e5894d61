using EspProv.Devices;
using EspProv.Host.Bluetooth.Windows;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Host.Bluetooth.BlueZ;
using EspProv.Tests.Transports.Gatt;
using EspProv.Transports;
using EspProv.Transports.Gatt;
using EspProv.Virtual;
using EspProv.Virtual.Protocomm;

namespace EspProv.Tests.Host.Bluetooth.Windows;

/// <summary>The logic of the Windows adapter above its seam; what is below the seam needs Windows.</summary>
public sealed class WindowsHostTests
{
    private const ulong Address = 0x240AC4261FCC;
    private static readonly Guid[] Services = [ProvisioningService.StockExample];

    public static TheoryData<string, ProvisioningErrorReason> States => new()
    {
        { nameof(WindowsRadioState.Missing), ProvisioningErrorReason.BluetoothAdapterNotFound },
        { nameof(WindowsRadioState.Off), ProvisioningErrorReason.BluetoothAdapterOff },
        { nameof(WindowsRadioState.Blocked), ProvisioningErrorReason.BluetoothBlocked },
        { nameof(WindowsRadioState.Denied), ProvisioningErrorReason.BluetoothPermissionDenied },
    };

    [Theory]
    [MemberData(nameof(States))]
    public async Task A_radio_that_cannot_be_used_has_an_error_of_its_own(string state, ProvisioningErrorReason reason)
    {
        var radio = new Radio { State = Enum.Parse<WindowsRadioState>(state) };
        Assert.Equal(reason, (await Assert.ThrowsAsync<ProvisioningException>(() => FirstAsync(radio))).Reason);
        await using var transport = new GattTransport(Host(radio).CreateLink("24:0A:C4:26:1F:CC"));
        Assert.Equal(reason, (await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default))).Reason);
    }

    [Fact]
    public async Task An_advertisement_and_its_scan_response_become_one_device_and_leaving_stops_the_scan()
    {
        var radio = new Radio();
        radio.OnScan = scan =>
        {
            scan.Heard(new WindowsAdvertisement(Address, "", -60, Services, new Dictionary<ushort, ReadOnlyMemory<byte>>()));
            scan.Heard(new WindowsAdvertisement(Address, "PROV_261FCC", 127, [], new Dictionary<ushort, ReadOnlyMemory<byte>> { [0x02E5] = new byte[] { 1 } }));
        };
        ProvisioningDevice device = await FirstAsync(radio);
        Assert.Equal(("PROV_261FCC", "24:0A:C4:26:1F:CC", -60, "e50201"), (device.Name, device.Address, device.Rssi, device.ManufacturerData));
        Assert.Equal([ProvisioningService.StockExample.ToString()], device.ServiceUuids);
        Assert.True(radio.ScanEnded);
    }

    [Fact]
    public async Task A_flood_of_addresses_and_one_that_is_none_leave_the_scan_working()
    {
        var nothing = new Dictionary<ushort, ReadOnlyMemory<byte>>();
        var radio = new Radio();
        radio.OnScan = scan =>
        {
            for (ulong i = 0; i < 100_000; i++)
                scan.Heard(new WindowsAdvertisement(i, "", -60, [], nothing));
            scan.Heard(new WindowsAdvertisement(ulong.MaxValue, "PROV_000000", -60, Services, nothing));
            scan.Heard(new WindowsAdvertisement(Address, "PROV_261FCC", -60, Services, nothing));
        };
        Assert.Equal("PROV_261FCC", (await FirstAsync(radio)).Name);
    }

    [Theory]
    [InlineData(nameof(WindowsRadioState.Off), ProvisioningErrorReason.BluetoothAdapterOff)]
    [InlineData(nameof(WindowsRadioState.On), ProvisioningErrorReason.BluetoothFailed)]
    public async Task A_scan_that_Windows_ends_says_why(string after, ProvisioningErrorReason reason)
    {
        var radio = new Radio();
        radio.OnScan = scan =>
        {
            radio.State = Enum.Parse<WindowsRadioState>(after);
            scan.Stopped();
        };
        Assert.Equal(reason, (await Assert.ThrowsAsync<ProvisioningException>(() => FirstAsync(radio))).Reason);
    }

    [Fact]
    public async Task A_device_is_provisioned_paired_for_it_and_forgotten_after()
    {
        await using DeviceOnAir device = await DeviceOnAir.StartAsync();
        var radio = new Radio { Peer = new Peer(device.Link) };
        var transport = new GattTransport(Host(radio).CreateLink("24-0A-C4-26-1F-CC"));
        await using (ProvisioningSession session = await ProvisioningSession.ConnectAsync(
            new ProvisioningDevice { Name = "PROV_261FCC", Transport = ProvisioningTransport.Ble, Address = transport.Address },
            transport, BlueZFixture.Proof(SecurityVersion.Security1), default))
        {
            Assert.True(radio.Peer.IsPaired);
            Assert.Equal(5, (await session.ScanWifiAsync(new WifiScanOptions(), default)).Count);
        }

        Assert.False(radio.Peer.IsPaired);
        Assert.True(radio.Peer.Disposed);
    }

    [Fact]
    public async Task A_pairing_from_before_is_kept()
    {
        await using DeviceOnAir device = await DeviceOnAir.StartAsync();
        device.Link.IsPaired = true;
        var radio = new Radio { Peer = new Peer(device.Link) };
        var transport = new GattTransport(Host(radio).CreateLink("240AC4261FCC"));
        await transport.OpenAsync(default);
        await transport.DisposeAsync();
        Assert.True(radio.Peer.IsPaired);
    }

    [Fact]
    public async Task A_device_that_Windows_does_not_know_is_listened_for_first()
    {
        await using DeviceOnAir device = await DeviceOnAir.StartAsync();
        var radio = new Radio();
        radio.OnScan = scan =>
        {
            radio.Peer = new Peer(device.Link);
            scan.Heard(new WindowsAdvertisement(Address, "", -60, Services, new Dictionary<ushort, ReadOnlyMemory<byte>>()));
        };
        await using var transport = new GattTransport(Host(radio).CreateLink("24:0A:C4:26:1F:CC"));
        await transport.OpenAsync(default);
        Assert.NotEmpty(await transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default));
        Assert.True(radio.ScanEnded);
    }

    [Fact]
    public async Task A_connection_that_quietly_did_not_come_about_is_noticed()
    {
        await using DeviceOnAir device = await DeviceOnAir.StartAsync();
        var radio = new Radio { Peer = new Peer(device.Link) { ConnectsInNameOnly = true } };
        await using var transport = new GattTransport(Host(radio).CreateLink("24:0A:C4:26:1F:CC"));
        Assert.Equal(ProvisioningErrorReason.DeviceUnreachable, (await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default))).Reason);
    }

    [Fact]
    public async Task Pairing_that_fails_is_told_with_the_word_of_Windows()
    {
        await using DeviceOnAir device = await DeviceOnAir.StartAsync();
        var radio = new Radio { Peer = new Peer(device.Link) { PairingFailure = "RejectedByHandler" } };
        await using var transport = new GattTransport(Host(radio).CreateLink("24:0A:C4:26:1F:CC"));
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default));
        Assert.Equal(ProvisioningErrorReason.PairingFailed, error.Reason);
        Assert.Contains("RejectedByHandler", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(WindowsGattStatus.Unreachable), null, ProvisioningErrorReason.SessionLost)]
    [InlineData(nameof(WindowsGattStatus.ProtocolError), (byte)0x04, ProvisioningErrorReason.SessionLost)]
    [InlineData(nameof(WindowsGattStatus.ProtocolError), (byte)0x0D, ProvisioningErrorReason.RequestTooLarge)]
    [InlineData(nameof(WindowsGattStatus.ProtocolError), null, ProvisioningErrorReason.SessionLost)]
    [InlineData(nameof(WindowsGattStatus.AccessDenied), null, ProvisioningErrorReason.PairingFailed)]
    public async Task The_status_of_a_write_is_believed(string status, byte? code, ProvisioningErrorReason reason)
    {
        await using DeviceOnAir device = await DeviceOnAir.StartAsync();
        var peer = new Peer(device.Link);
        await using var transport = new GattTransport(Host(new Radio { Peer = peer }).CreateLink("24:0A:C4:26:1F:CC"));
        await transport.OpenAsync(default);
        peer.WriteResult = new WindowsGattResult(Enum.Parse<WindowsGattStatus>(status), code);
        Assert.Equal(reason, (await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default))).Reason);
    }

    [Fact]
    public async Task A_write_that_succeeded_on_a_link_that_is_down_did_not_succeed()
    {
        await using DeviceOnAir device = await DeviceOnAir.StartAsync();
        var peer = new Peer(device.Link);
        await using var transport = new GattTransport(Host(new Radio { Peer = peer }).CreateLink("24:0A:C4:26:1F:CC"));
        await transport.OpenAsync(default);
        peer.WriteResult = new WindowsGattResult(WindowsGattStatus.Success);
        peer.OnWrite = () => device.Link.Drop();
        Assert.Equal(
            ProvisioningErrorReason.SessionLost,
            (await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default))).Reason);
    }

    [Fact]
    public async Task A_link_that_goes_down_ends_a_write_that_Windows_never_answers()
    {
        await using DeviceOnAir device = await DeviceOnAir.StartAsync();
        var peer = new Peer(device.Link);
        await using var transport = new GattTransport(
            Host(new Radio { Peer = peer }).CreateLink("24:0A:C4:26:1F:CC"), new GattTransportOptions { ExchangeTimeout = TimeSpan.FromMinutes(5) });
        await transport.OpenAsync(default);
        peer.WriteHangs = true;
        peer.OnWrite = peer.RaiseDisconnected;
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(
            () => transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default).WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal(ProvisioningErrorReason.SessionLost, error.Reason);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("00:1A:7D:DA:71:13")]
    public async Task The_one_adapter_has_a_name_and_an_address(string adapter)
    {
        await using DeviceOnAir device = await DeviceOnAir.StartAsync();
        await using var transport = new GattTransport(Host(new Radio { Peer = new Peer(device.Link) }).CreateLink("24:0A:C4:26:1F:CC", adapter));
        await transport.OpenAsync(default);
        Assert.NotEmpty(await transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default));
    }

    [Fact]
    public async Task Another_adapter_is_an_error()
    {
        await using var transport = new GattTransport(Host(new Radio()).CreateLink("24:0A:C4:26:1F:CC", "hci1"));
        Assert.Equal(
            ProvisioningErrorReason.BluetoothAdapterNotFound, (await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default))).Reason);
    }

    private static WindowsHost Host(Radio radio) => new(radio, TimeProvider.System);

    private static async Task<ProvisioningDevice> FirstAsync(Radio radio)
    {
        await foreach (ProvisioningDevice device in new BleDeviceFinder(Host(radio)).FindAsync(null, null, default))
            return device;
        throw new InvalidOperationException();
    }

    /// <summary>A virtual device whose transport is the in-memory link.</summary>
    private sealed class DeviceOnAir : IDeviceTransport
    {
        private VirtualDevice? _device;

        public InMemoryGattLink Link { get; private set; } = null!;

        public string Address => "24:0A:C4:26:1F:CC";

        public static async Task<DeviceOnAir> StartAsync()
        {
            var air = new DeviceOnAir();
            air._device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { ScanDelay = TimeSpan.Zero }, air, default);
            return air;
        }

        public Task StartAsync(IProtocomm protocomm, string serviceName, CancellationToken cancellationToken)
        {
            Link = new InMemoryGattLink(protocomm);
            return Task.CompletedTask;
        }

        public Task StopAsync() => Task.CompletedTask;

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _device, null) is { } device)
                await device.DisposeAsync();
        }
    }

    private sealed class Radio : IWindowsRadio
    {
        public WindowsRadioState State { get; set; } = WindowsRadioState.On;

        public Peer? Peer { get; set; }

        public Action<(Action<WindowsAdvertisement> Heard, Action Stopped)> OnScan { get; set; } = _ => { };

        public bool ScanEnded { get; private set; }

        public Task<ulong?> GetAddressAsync() => Task.FromResult<ulong?>(0x001A7DDA7113);

        public Task<WindowsRadioState> GetStateAsync() => Task.FromResult(State);

        public IDisposable StartScan(Action<WindowsAdvertisement> heard, Action stopped)
        {
            OnScan((heard, stopped));
            return new Ending(() => ScanEnded = true);
        }

        public Task<IWindowsPeer?> FindPeerAsync(ulong address) => Task.FromResult<IWindowsPeer?>(address == Address ? Peer : null);

        private sealed class Ending(Action end) : IDisposable
        {
            public void Dispose() => end();
        }
    }

    private sealed class Peer(InMemoryGattLink link) : IWindowsPeer
    {
        public event Action? Disconnected;

        public bool ConnectsInNameOnly { get; set; }

        public string? PairingFailure { get; set; }

        public WindowsGattResult? WriteResult { get; set; }

        public bool WriteHangs { get; set; }

        public Action OnWrite { get; set; } = () => { };

        public bool Disposed { get; private set; }

        public bool IsConnected => link.IsConnected;

        public bool IsPaired => link.IsPaired;

        public int Mtu => 517;

        public void RaiseDisconnected() => Disconnected?.Invoke();

        public Task ConnectAsync() => ConnectsInNameOnly ? Task.CompletedTask : link.ConnectAsync(default);

        public async Task<string?> PairAsync()
        {
            if (PairingFailure is null && link.IsConnected)
                await link.PairAsync(default);
            return PairingFailure;
        }

        public Task UnpairAsync() => link.UnpairAsync(default);

        public async Task<(WindowsGattResult Result, IReadOnlyList<GattCharacteristic> Characteristics)> GetCharacteristicsAsync() =>
            (new WindowsGattResult(WindowsGattStatus.Success), await link.GetCharacteristicsAsync(default));

        public async Task<WindowsGattResult?> ReadDescriptorAsync(GattCharacteristic characteristic, Guid descriptor) =>
            await link.ReadDescriptorAsync(characteristic, descriptor, default) is { } value ? new WindowsGattResult(WindowsGattStatus.Success, null, value) : null;

        public async Task<WindowsGattResult> ReadAsync(GattCharacteristic characteristic) =>
            new(WindowsGattStatus.Success, null, await link.ReadAsync(characteristic, default));

        public async Task<WindowsGattResult> WriteAsync(GattCharacteristic characteristic, ReadOnlyMemory<byte> value)
        {
            OnWrite();
            if (WriteHangs)
                await Task.Delay(Timeout.Infinite);
            if (WriteResult is { } result)
                return result;
            await link.WriteAsync(characteristic, value, default);
            return new WindowsGattResult(WindowsGattStatus.Success);
        }

        public void Dispose()
        {
            Disposed = true;
            link.Drop();
        }
    }
}
