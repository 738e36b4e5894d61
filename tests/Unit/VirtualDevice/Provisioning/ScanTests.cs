using EspProv.Security;
using EspProv.Tests.Support;
using EspProv.Virtual;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Virtual.Provisioning;

/// <summary>Scanning on the device (PROTOCOL.md §3, §9).</summary>
public class ScanTests
{
    private static readonly VirtualDeviceOptions Options = new() { SecurityVersion = SecurityVersion.Security0, ScanDelay = TimeSpan.Zero };

    [Fact]
    public async Task Results_come_best_first_hidden_networks_without_a_name_and_raw_auth_modes()
    {
        VirtualDeviceOptions options = Options with
        {
            AccessPoints =
            [
                new() { Ssid = "far", Rssi = -90, Channel = 13, Auth = 17 },
                new() { Ssid = "", Rssi = -40 },
                new() { Ssid = "near", Rssi = -20, Passphrase = "12345678", Bssid = "01-02-03-04-05-06" },
            ],
        };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);
        using TestClient client = await TestClient.OpenAsync(device);

        await StartAsync(client);
        ScanPayload page = (await PageAsync(client, 0, 3))!;

        Assert.Equal(Status.Success, page.Status);
        Assert.Equal(["near", "", "far"], page.WifiResultResp.Entries.Select(entry => entry.Ssid.ToStringUtf8()));
        Assert.Equal([3, 0, 17], page.WifiResultResp.Entries.Select(entry => entry.Auth));
        Assert.Equal("010203040506", Convert.ToHexString(page.WifiResultResp.Entries[0].Bssid.Span));
        Assert.Equal([-20, -40, -90], page.WifiResultResp.Entries.Select(entry => entry.Rssi));
    }

    [Theory]
    [InlineData(0u, "2.4 5")]
    [InlineData(5u, "2.4")]
    public async Task In_groups_of_channels_it_scans_below_channel_14_only(uint groupChannels, string heard)
    {
        VirtualDeviceOptions options = Options with { AccessPoints = [new() { Ssid = "5", Channel = 36, Rssi = -60 }, new() { Ssid = "2.4", Channel = 13, Rssi = -50 }] };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);
        using TestClient client = await TestClient.OpenAsync(device);

        await StartAsync(client, groupChannels: groupChannels);

        uint count = (await StatusAsync(client)).ResultCount;
        Assert.Equal(heard, string.Join(' ', (await PageAsync(client, 0, count))!.WifiResultResp.Entries.Select(entry => entry.Ssid.ToStringUtf8())));
    }

    [Fact]
    public async Task The_best_sixteen_are_kept()
    {
        VirtualDeviceOptions options = Options with
        {
            AccessPoints = [.. Enumerable.Range(0, 20).Select(i => new VirtualAccessPoint { Ssid = $"ap{i}", Rssi = -90 + i })],
        };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);
        using TestClient client = await TestClient.OpenAsync(device);

        await StartAsync(client);

        Assert.Equal(16u, (await StatusAsync(client)).ResultCount);
        ScanPayload page = (await PageAsync(client, 12, 4))!;
        Assert.Equal(["ap7", "ap6", "ap5", "ap4"], page.WifiResultResp.Entries.Select(entry => entry.Ssid.ToStringUtf8()));
    }

    [Fact]
    public async Task A_recording_with_more_networks_than_the_known_table_is_replayed_from_what_it_recorded()
    {
        // The best sixteen of twenty, read but for the third one.
        WifiScanEntry[] best = [.. Enumerable.Range(0, 16).Select(i => new WifiScanEntry
        {
            Ssid = ByteString.CopyFromUtf8($"heard-{i}"), Bssid = ByteString.CopyFrom(1, 2, 3, 4, 5, (byte)i), Channel = 1, Rssi = -40 - (i / 2), Auth = 3,
        })];
        TranscriptExchange Page(int start, int count) => new()
        {
            Endpoint = "prov-scan",
            PlainRequestHex = new ScanPayload
            {
                Msg = ScanMessage.ScanWifiResultCmd,
                WifiResultCmd = new ScanResultCmd { StartIndex = (uint)start, Count = (uint)count },
            }.ToByteArray(),
            PlainResponseHex = new ScanPayload
            {
                Msg = ScanMessage.ScanWifiResultResp,
                WifiResultResp = new WifiScanResultResp { Entries = { best.Skip(start).Take(count) } },
            }.ToByteArray(),
        };
        var recorded = new Transcript { Device = new TranscriptDevice { Args = ["--aps", "20"] }, Exchanges = [Page(0, 2), Page(3, 13)] };
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { World = new RecordedWifiWorld(recorded.Device, [recorded]) }, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await StartAsync(client);

        Assert.Equal(16u, (await StatusAsync(client)).ResultCount);
        Assert.Equal(best[..2], (await PageAsync(client, 0, 2))!.WifiResultResp.Entries);
        Assert.Equal(best[3..], (await PageAsync(client, 3, 13))!.WifiResultResp.Entries);
    }

    [Fact]
    public async Task Asked_for_more_than_there_is_it_answers_a_part_and_an_error_or_nothing()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await StartAsync(client);

        ScanPayload page = (await PageAsync(client, 3, 10))!;
        Assert.Equal((Status.InternalError, 2), (page.Status, page.WifiResultResp.Entries.Count));
        Assert.Null(await PageAsync(client, 3, 14));
        await client.ReconnectAsync();
        Assert.Null(await PageAsync(client, uint.MaxValue, uint.MaxValue));
        await client.ReconnectAsync();
        Assert.Null(await PageAsync(client, 16, 0));
        await client.ReconnectAsync();
        Assert.Equal(Status.Success, (await PageAsync(client, 0, 0))!.Status);
    }

    [Fact]
    public async Task A_scan_that_does_not_block_is_asked_how_it_goes()
    {
        var time = new ManualTimeProvider();
        VirtualDeviceOptions options = Options with { ScanDelay = TimeSpan.FromSeconds(2), TimeProvider = time };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);
        using TestClient client = await TestClient.OpenAsync(device);

        ScanStatusResp before = await StatusAsync(client);
        Assert.Equal((true, 0u), (before.ScanFinished, before.ResultCount));
        await StartAsync(client, blocking: false);
        Assert.False((await StatusAsync(client)).ScanFinished);
        await StartAsync(client, blocking: false);
        time.Advance(TimeSpan.FromSeconds(2));

        for (int i = 0; i < 3000 && !(await StatusAsync(client)).ScanFinished; i++)
            await Task.Delay(10);
        Assert.Equal(5u, (await StatusAsync(client)).ResultCount);
    }

    [Fact]
    public async Task It_does_not_scan_while_it_joins_a_network()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { ConnectDelay = TimeSpan.FromHours(1) }, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync("MyHomeWiFiAP", "mypassword");

        Assert.Equal(Status.InternalError, await StartAsync(client));
    }

    private static async Task<Status> StartAsync(TestClient client, bool blocking = true, uint groupChannels = 5) => (await client.ScanAsync(new ScanPayload
    {
        Msg = ScanMessage.ScanWifiStartCmd,
        WifiStartCmd = new WifiScanStartCmd { Blocking = blocking, GroupChannels = groupChannels, PeriodMs = 120 },
    }))!.Status;

    private static async Task<ScanStatusResp> StatusAsync(TestClient client) =>
        (await client.ScanAsync(new ScanPayload { Msg = ScanMessage.ScanWifiStatusCmd, WifiStatusCmd = new ScanStatusCmd() }))!.WifiStatusResp;

    private static Task<ScanPayload?> PageAsync(TestClient client, uint start, uint count) => client.ScanAsync(new ScanPayload
    {
        Msg = ScanMessage.ScanWifiResultCmd,
        WifiResultCmd = new ScanResultCmd { StartIndex = start, Count = count },
    });
}
