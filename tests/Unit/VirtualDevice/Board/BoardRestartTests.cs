using System.Runtime.InteropServices;
using EspProv.Devices;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Serial;
using EspProv.Virtual;
using EspProv.Virtual.Transports.Serial;

namespace EspProv.Tests.Virtual.Board;

/// <summary>A board that is restarted, with and without its boot button held, on a real pseudo-terminal.</summary>
public sealed class BoardRestartTests : IDisposable
{
    private const string Attach = "c0 000d0800 00000000 00000000 00000000 c0";
    private const string EraseNvs = "c0 00021000 00000000 00600000 18000000 00040000 00900000 c0";
    private const string EraseOneSector = "c0 00021000 00000000 00100000 04000000 00040000 00a00000 c0";
    private const string EraseBesideNvs = "c0 00021000 00000000 00100000 04000000 00040000 00f00000 c0";
    private const string Restart = "c0 00040400 00000000 00000000 c0";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly VirtualDeviceOptions Quick = new() { Name = "PROV_261FCC", ConnectDelay = TimeSpan.Zero };

    private readonly string _folder = Directory.CreateTempSubdirectory("espprov").FullName;

    private string StatePath => Path.Combine(_folder, "nvs.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_device_without_a_state_file_keeps_its_credentials_over_a_restart()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        using (TestClient client = await TestClient.OpenAsync(device))
            await client.ProvisionAsync("MyHomeWiFiAP", "mypassword");

        await device.RestartAsync(intoLoader: false, default);

        Assert.Equal((VirtualDeviceState.AlreadyProvisioned, "MyHomeWiFiAP"), (device.State, device.Ssid));
        await Condition.EventuallyAsync(() => device.IPAddress is not null);
    }

    [Fact]
    public async Task A_device_that_is_not_on_a_serial_port_has_no_loader_and_goes_on()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);

        Assert.False(device.HasLoader);
        await Assert.ThrowsAsync<InvalidOperationException>(() => device.RestartAsync(intoLoader: true, default));

        Assert.True(device.IsServiceUp);
    }

    [SkippableFact]
    public async Task A_provisioned_board_whose_NVS_is_erased_over_its_port_provisions_again()
    {
        await using VirtualDevice device = await StartBoardAsync(Quick);
        await ProvisionAsync(device);
        await device.RestartAsync(intoLoader: true, default);
        Assert.Equal(VirtualDeviceState.Loader, device.State);
        Assert.Equal(
            ["ESP-ROM:esp32c3-api1-20210207", "rst:0x1 (POWERON),boot:0x5 (DOWNLOAD(USB/UART0))", "waiting for download"],
            device.MonitorLog.TakeLast(3));

        await using (var wire = new FileStream(device.Address, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0))
        {
            await ExchangeAsync(wire, Attach, "c0 010d0400 00000000 00000000 c0");
            await ExchangeAsync(wire, EraseNvs, "c0 01020400 00000000 00000000 c0");
            await ExchangeAsync(wire, Restart, "c0 01040400 00000000 00000000 c0");
        }

        await Condition.EventuallyAsync(() => device.State == VirtualDeviceState.Provisioning && device.IsServiceUp);
        await ProvisionAsync(device);
    }

    [SkippableFact]
    public async Task A_board_that_is_restarted_from_its_loader_is_still_provisioned()
    {
        await using VirtualDevice device = await StartBoardAsync(Quick);
        await ProvisionAsync(device);

        await device.RestartAsync(intoLoader: true, default);
        await device.RestartAsync(intoLoader: false, default);

        Assert.Equal(VirtualDeviceState.AlreadyProvisioned, device.State);
    }

    [SkippableTheory]
    [InlineData(EraseNvs, false)]
    [InlineData(EraseOneSector, false)]
    [InlineData(EraseBesideNvs, true)]
    public async Task What_is_erased_in_NVS_is_gone_from_the_state_file_too(string erase, bool isKept)
    {
        new DeviceStateFile(StatePath).Save("MyHomeWiFiAP"u8.ToArray(), "mypassword"u8, SystemRandomSource.Instance);
        await using (VirtualDevice device = await StartBoardAsync(Quick with { StatePath = StatePath }))
        {
            Assert.Equal(VirtualDeviceState.AlreadyProvisioned, device.State);
            await device.RestartAsync(intoLoader: true, default);
            await using var wire = new FileStream(device.Address, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            await ExchangeAsync(wire, Attach, "c0 010d0400 00000000 00000000 c0");
            await ExchangeAsync(wire, erase, "c0 01020400 00000000 00000000 c0");
        }

        Assert.Equal(isKept, File.Exists(StatePath));
    }

    private static async Task<VirtualDevice> StartBoardAsync(VirtualDeviceOptions options)
    {
        Skip.IfNot(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There are no pseudo-terminals on this system.");
        VirtualDevice device = await VirtualDevice.StartAsync(options, new SerialDeviceServer(), default);
        Assert.True(device.HasLoader);
        return device;
    }

    private static async Task ProvisionAsync(VirtualDevice device)
    {
        await using ProvisioningSession session = await ProvisioningSession.ConnectAsync(
            new ProvisioningDevice { Name = device.Name, Transport = ProvisioningTransport.Serial, Address = device.Address },
            new SerialTransport(device.Address),
            new SessionOptions { Credential = new SecurityCredential { ProofOfPossession = Secret.FromUtf8("abcd1234") } },
            default);
        using var credential = new WifiCredential("MyHomeWiFiAP"u8.ToArray(), Secret.FromUtf8("mypassword"));
        WifiProvisioningResult result = await session.ProvisionWifiAsync(credential, Patience, null, default);
        Assert.Equal(ProvisioningOutcome.Connected, result.Outcome);
    }

    // Ignores output before and after the reply.
    private static async Task ExchangeAsync(FileStream wire, string request, string reply)
    {
        await wire.WriteAsync(Bytes(request));
        List<byte> read = [];
        byte[] buffer = new byte[1024];
        while (CollectionsMarshal.AsSpan(read).IndexOf(Bytes(reply)) < 0)
        {
            int count = await wire.ReadAsync(buffer).AsTask().WaitAsync(Patience);
            Assert.NotEqual(0, count);
            read.AddRange(buffer.AsSpan(0, count));
        }
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
