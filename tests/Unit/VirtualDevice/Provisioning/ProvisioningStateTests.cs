using System.Net.Sockets;
using EspProv.Security;
using EspProv.Tests.Support;
using EspProv.Virtual;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Virtual.Provisioning;

/// <summary>What the device allows when, and what it reports meanwhile (PROTOCOL.md §9).</summary>
public class ProvisioningStateTests
{
    private const string Ssid = "MyHomeWiFiAP";
    private const string Passphrase = "mypassword";

    private readonly ManualTimeProvider _time = new();

    private VirtualDeviceOptions Options => new()
    {
        Name = "PROV_261FCC",
        SecurityVersion = SecurityVersion.Security0,
        ScanDelay = TimeSpan.Zero,
        TimeProvider = _time,
    };

    public static TheoryData<SecurityVersion, Security2Patch> Schemes => new()
    {
        { SecurityVersion.Security0, Security2Patch.Patch1 },
        { SecurityVersion.Security1, Security2Patch.Patch1 },
        { SecurityVersion.Security2, Security2Patch.Patch0Nonce12 },
        { SecurityVersion.Security2, Security2Patch.Patch0Nonce16 },
        { SecurityVersion.Security2, Security2Patch.Patch1 },
    };

    [Theory]
    [MemberData(nameof(Schemes))]
    public async Task A_device_is_provisioned_under_every_scheme(SecurityVersion version, Security2Patch patch)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { SecurityVersion = version, Security2Patch = patch }, default);
        using TestClient client = await TestClient.OpenAsync(device);

        Assert.Equal(StaState.StaConnecting, (await client.GetStatusAsync()).StaState);
        await client.ProvisionAsync(Ssid, Passphrase);
        Assert.Equal(VirtualDeviceState.Connecting, device.State);
        _time.Advance(device.Options.ConnectDelay);
        GetWifiStatusResp status = await client.GetStatusAsync();

        Assert.Equal(StaState.StaConnected, status.StaState);
        Assert.Equal(device.IPAddress, status.Connected.Ip4Addr);
        Assert.Equal(Ssid, status.Connected.Ssid.ToStringUtf8());
        Assert.Equal("788a20841996", Convert.ToHexStringLower(status.Connected.Bssid.Span));
        Assert.Equal(3, status.Connected.AuthMode);
        Assert.Equal(VirtualDeviceState.Connected, device.State);
        Assert.Equal(Ssid, device.Ssid);
    }

    [Fact]
    public async Task A_bssid_is_reported_up_to_its_first_zero_byte()
    {
        VirtualAccessPoint accessPoint = new() { Ssid = "x", Bssid = "24:0a:c4:00:12:34" };
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { AccessPoints = [accessPoint] }, default);
        using TestClient client = await TestClient.OpenAsync(device);

        await client.ProvisionAsync("x", "");
        _time.Advance(device.Options.ConnectDelay);

        Assert.Equal("240ac4000000", Convert.ToHexStringLower((await client.GetStatusAsync()).Connected.Bssid.Span));
    }

    [Fact]
    public async Task The_service_stops_a_second_after_connected_was_read()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, default);
        using TestClient client = await TestClient.OpenAsync(device);
        string address = device.Address;
        await client.ProvisionAsync(Ssid, Passphrase);
        _time.Advance(device.Options.ConnectDelay);

        await client.GetStatusAsync();
        Assert.Equal(StaState.StaConnected, (await client.GetStatusAsync()).StaState);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ConnectionEnd.Closed, await client.Connection.WaitForEndAsync(TimeSpan.FromSeconds(30)));
        await Condition.EventuallyAsync(() => device.MonitorLog.Any(line => line.EndsWith("wifi_prov_mgr: Provisioning stopped", StringComparison.Ordinal)));
        await Assert.ThrowsAsync<SocketException>(() => RawHttpConnection.OpenAsync(address));
        Assert.Equal(VirtualDeviceState.Connected, device.State);
        Assert.Equal(address, device.Address);
    }

    [Fact]
    public async Task The_service_stops_by_itself_when_nobody_asks()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync(Ssid, Passphrase);
        _time.Advance(device.Options.ConnectDelay);

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(ConnectionEnd.Open, await client.Connection.WaitForEndAsync(TimeSpan.FromMilliseconds(50)));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(ConnectionEnd.Closed, await client.Connection.WaitForEndAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_service_that_is_kept_up_can_start_over()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { KeepServiceUp = true }, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync(Ssid, Passphrase);
        _time.Advance(device.Options.ConnectDelay);
        await client.GetStatusAsync();
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(Status.Success, await client.ControlAsync(CtrlMessage.CtrlWifiReprovCmd));

        Assert.Equal(VirtualDeviceState.Provisioning, device.State);
        Assert.Null(device.Ssid);
        Assert.Null(device.IPAddress);
        await client.ProvisionAsync("MobileHotspot", "mobile1234");
        _time.Advance(device.Options.ConnectDelay);
        Assert.Equal("MobileHotspot", (await client.GetStatusAsync()).Connected.Ssid.ToStringUtf8());
    }

    [Fact]
    public async Task After_a_reprovision_it_says_connected_to_no_network_until_other_credentials_are_applied()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { KeepServiceUp = true }, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync(Ssid, Passphrase);
        _time.Advance(device.Options.ConnectDelay);
        Assert.Equal(Status.Success, await client.ControlAsync(CtrlMessage.CtrlWifiReprovCmd));

        GetWifiStatusResp status = await client.GetStatusAsync();

        Assert.Equal((StaState.StaConnected, "", "0.0.0.0"), (status.StaState, status.Connected.Ssid.ToStringUtf8(), status.Connected.Ip4Addr));
        await client.ProvisionAsync("MobileHotspot", "mobile1234");
        Assert.Equal(StaState.StaConnecting, (await client.GetStatusAsync()).StaState);
    }

    [Theory]
    [InlineData(ProvisioningComponent.WifiProvisioning, Status.InternalError)]
    [InlineData(ProvisioningComponent.NetworkProvisioning, Status.Success)]
    internal async Task Reset_before_any_credentials_is_the_components_affair_and_refused_while_it_joins(ProvisioningComponent component, Status expected)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { Component = component }, default);
        using TestClient client = await TestClient.OpenAsync(device);

        Assert.Equal(expected, await client.ControlAsync(CtrlMessage.CtrlWifiResetCmd));
        await client.ProvisionAsync(Ssid, Passphrase);
        Assert.Equal(Status.InternalError, await client.ControlAsync(CtrlMessage.CtrlWifiResetCmd));

        Assert.Equal(VirtualDeviceState.Connecting, device.State);
    }

    [Theory]
    [InlineData(ProvisioningComponent.WifiProvisioning)]
    [InlineData(ProvisioningComponent.NetworkProvisioning)]
    public async Task After_a_failure_new_credentials_need_a_reset(ProvisioningComponent component)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { Component = component }, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync(Ssid, "wrong passphrase");
        _time.Advance(device.Options.ConnectDelay);
        GetWifiStatusResp failed = await client.GetStatusAsync();
        Assert.Equal((StaState.StaConnectionFailed, StaFailReason.StaAuthError), (failed.StaState, failed.FailReason));
        Assert.Equal(GetWifiStatusResp.DetailOneofCase.FailReason, failed.DetailCase);

        Assert.Equal(Status.Success, await client.SetAsync(Ssid, Passphrase));
        Assert.Equal(Status.InternalError, await client.ApplyAsync());
        Assert.Equal(Status.InternalError, await client.ControlAsync(CtrlMessage.CtrlWifiReprovCmd));
        Assert.Equal(Status.Success, await client.ControlAsync(CtrlMessage.CtrlWifiResetCmd));

        // The failure is reported until other credentials are applied.
        Assert.Equal(StaState.StaConnectionFailed, (await client.GetStatusAsync()).StaState);
        await client.ProvisionAsync(Ssid, Passphrase);
        Assert.Equal(StaState.StaConnecting, (await client.GetStatusAsync()).StaState);
        _time.Advance(device.Options.ConnectDelay);
        Assert.Equal(StaState.StaConnected, (await client.GetStatusAsync()).StaState);
    }

    [Fact]
    public async Task Apply_needs_credentials_that_were_set_and_takes_them_once()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, default);
        using TestClient client = await TestClient.OpenAsync(device);

        Assert.Equal(Status.InternalError, await client.ApplyAsync());
        await client.ProvisionAsync(Ssid, Passphrase);
        Assert.Equal(Status.InternalError, await client.ApplyAsync());
    }

    [Fact]
    public async Task Attempts_that_failed_are_counted_down_before_the_failure_is_reported()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { ConnectionAttempts = 3 }, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync("nowhere", Passphrase);

        Assert.Equal(GetWifiStatusResp.DetailOneofCase.None, (await client.GetStatusAsync()).DetailCase);
        foreach (uint remaining in new uint[] { 2, 1 })
        {
            _time.Advance(device.Options.ConnectDelay);
            GetWifiStatusResp status = await client.GetStatusAsync();
            Assert.Equal((StaState.StaConnecting, remaining), (status.StaState, status.AttemptFailed.AttemptsRemaining));
        }

        _time.Advance(device.Options.ConnectDelay);
        Assert.Equal(StaFailReason.StaNetworkNotFound, (await client.GetStatusAsync()).FailReason);
    }

    [Fact]
    public async Task An_enterprise_network_keeps_it_connecting_for_ever()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(
            Options with { AccessPoints = [new() { Ssid = "office", Passphrase = "12345678", Auth = 5 }] }, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync("office", "12345678");

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(StaState.StaConnecting, (await client.GetStatusAsync()).StaState);
    }

    [Theory]
    [InlineData(1, "12345678", 1, StaState.StaConnecting)]
    [InlineData(2, "12345678", 1, StaState.StaConnecting)]
    [InlineData(2, "12345678", 2, StaState.StaConnectionFailed)]
    [InlineData(1, "12345", 1, StaState.StaConnected)]
    [InlineData(4, "12345678", 1, StaState.StaConnected)]
    [InlineData(9, "", 1, StaState.StaConnected)]
    [InlineData(16, "12345678", 1, StaState.StaConnecting)]
    internal async Task A_network_below_the_drivers_threshold_is_refused_for_a_reason_that_is_not_reported(int auth, string key, int attempts, StaState expected)
    {
        VirtualAccessPoint accessPoint = new() { Ssid = "old", Passphrase = key.Length == 0 ? null : key, Auth = auth };
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { AccessPoints = [accessPoint], ConnectionAttempts = attempts }, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync("old", key);

        _time.Advance(TimeSpan.FromSeconds(20));

        GetWifiStatusResp status = await client.GetStatusAsync();
        Assert.Equal((expected, StaFailReason.StaAuthError), (status.StaState, status.FailReason));
    }

    [Fact]
    public async Task A_limit_on_the_attempts_ends_even_that()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(
            Options with { AccessPoints = [new() { Ssid = "office", Passphrase = "12345678", Auth = 5 }], ConnectionAttempts = 2 }, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync("office", "12345678");

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(StaState.StaConnectionFailed, (await client.GetStatusAsync()).StaState);
    }

    [Theory]
    [InlineData(33, 8, 0, Status.InvalidArgument)]
    [InlineData(32, 8, 0, Status.Success)]
    [InlineData(8, 64, 0, Status.InvalidArgument)]
    [InlineData(8, 63, 0, Status.Success)]
    [InlineData(8, 8, 5, Status.InvalidArgument)]
    [InlineData(8, 8, 6, Status.Success)]
    internal async Task Credentials_have_limits(int ssid, int passphrase, int bssid, Status expected)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, default);
        using TestClient client = await TestClient.OpenAsync(device);

        Assert.Equal(expected, await client.SetAsync(new SetWifiConfigCmd
        {
            Ssid = ByteString.CopyFrom(new byte[ssid]),
            Passphrase = ByteString.CopyFrom(new byte[passphrase]),
            Bssid = ByteString.CopyFrom(new byte[bssid]),
        }));
    }

    [Theory]
    [InlineData("prov-config", "0802")] // Set without its submessage
    [InlineData("prov-config", "0806")] // Thread status
    [InlineData("prov-config", "0809")] // no such message
    [InlineData("prov-config", "ffff")] // no message at all
    [InlineData("prov-scan", "0800")] // Start without its submessage
    [InlineData("prov-scan", "0804")] // Result without its submessage
    [InlineData("prov-scan", "0806")] // Thread scan
    [InlineData("prov-scan", "ff")]
    [InlineData("prov-ctrl", "0800")] // reserved
    [InlineData("prov-ctrl", "0805")] // Thread reset
    [InlineData("prov-ctrl", "ff")]
    public async Task What_the_firmware_cannot_make_sense_of_closes_the_connection(string endpoint, string request)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, default);
        using TestClient client = await TestClient.OpenAsync(device);

        Assert.Null(await client.SendAsync(endpoint, Convert.FromHexString(request)));

        await client.ReconnectAsync();
        Assert.Equal(StaState.StaConnecting, (await client.GetStatusAsync()).StaState);
    }
}
