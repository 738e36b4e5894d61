using System.Net;
using System.Text;
using EspProv.Security;
using EspProv.Tests.Support;
using EspProv.Virtual;
using EspProv.Wire;

namespace EspProv.Tests.Virtual.Transports.Http;

/// <summary>What the HTTP probes do not show: stalls, firmware without cookies, refused handshakes, faults (PROTOCOL.md §6).</summary>
public class HttpMannersTests
{
    [Theory]
    [InlineData("POST /proto-ver HTTP/1.1\r\nContent-Length: 3\r\n\r\n", "HTTP/1.1 408 Request Timeout")]
    [InlineData("POST /proto-ver HTTP/1.1\r\nContent-Le", "HTTP/1.1 408 Request Timeout")]
    [InlineData("POST /proto-ver HTTP/1.1\r\nContent-Length: 3\r\n\r\n-", null)]
    public async Task A_request_that_stalls_for_five_seconds_is_closed_with_408_before_its_body_has_begun(string begun, string? statusLine)
    {
        var time = new ManualTimeProvider();
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { TimeProvider = time }, default);
        using RawHttpConnection connection = await RawHttpConnection.OpenAsync(device.Address);

        await connection.SendAsync(Encoding.ASCII.GetBytes(begun));
        Task<RawHttpResponse?> answer = connection.ReadResponseAsync();

        // The device's clock starts when it has read the first bytes, which cannot be seen from here: time passes until it answers.
        while (!answer.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }

        Assert.Equal(statusLine, (await answer)?.StatusLine);
        Assert.Equal(ConnectionEnd.Closed, await connection.WaitForEndAsync(TimeSpan.FromSeconds(30)));
    }

    [SkippableTheory]
    [InlineData("127.0.0.1", "127.0.0.1:")]
    [InlineData("0.0.0.0", "127.0.0.1:")]
    [InlineData("127.0.0.2", "127.0.0.2:")]
    public async Task It_listens_where_it_is_told_to_and_says_where_it_can_be_reached(string listen, string reached)
    {
        Skip.If(listen == "127.0.0.2" && OperatingSystem.IsMacOS(), "macOS has no second loopback address.");
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { ListenAddress = IPAddress.Parse(listen) }, default);
        Assert.StartsWith(reached, device.Address, StringComparison.Ordinal);
        using TestClient client = await TestClient.OpenAsync(device);
        Assert.Equal(StaState.StaConnecting, (await client.GetStatusAsync()).StaState);
    }

    [Fact]
    public async Task Firmware_without_cookies_takes_the_connection_for_the_session()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { WithoutCookies = true }, default);
        using TestClient client = await TestClient.OpenAsync(device);

        Assert.Null(client.Cookie);
        Assert.Equal(StaState.StaConnecting, (await client.GetStatusAsync()).StaState);
        await client.ReconnectAsync();
        Assert.Null(await client.SendAsync("prov-config", [0x52, 0x00]));
    }

    [Theory]
    [InlineData(SecurityVersion.Security1)]
    [InlineData(SecurityVersion.Security2)]
    public async Task A_wrong_proof_closes_the_connection_and_a_new_handshake_may_follow_in_the_same_session(SecurityVersion version)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { SecurityVersion = version }, default);
        using TestClient wrong = await TestClient.ConnectAsync(device, "wrong");

        ProvisioningException refused = await Assert.ThrowsAsync<ProvisioningException>(wrong.EstablishAsync);
        Assert.Equal(ProvisioningErrorReason.WrongCredentials, refused.Reason);
        Assert.Contains(device.MonitorLog, line => line.EndsWith("app: Received incorrect username and/or PoP for establishing secure session!", StringComparison.Ordinal));

        using TestClient right = await TestClient.OpenAsync(device);
        Assert.Equal(StaState.StaConnecting, (await right.GetStatusAsync()).StaState);
        Assert.Contains(device.MonitorLog, line => line.EndsWith("app: Secured session established!", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_survives_a_new_connection_with_its_cookie()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions(), default);
        using TestClient client = await TestClient.OpenAsync(device);

        await client.ReconnectAsync();

        Assert.Equal(StaState.StaConnecting, (await client.GetStatusAsync()).StaState);
    }

    [Fact]
    public async Task Requests_sent_back_to_back_are_answered_in_order()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { BareVersion = "V0.1" }, default);
        using RawHttpConnection connection = await RawHttpConnection.OpenAsync(device.Address);
        string request = "POST /proto-ver HTTP/1.1\r\nContent-Length: 3\r\n\r\n---";

        await connection.SendAsync(Encoding.ASCII.GetBytes(request + request));

        Assert.NotNull((await connection.ReadResponseAsync())?.SetCookie);
        RawHttpResponse? second = await connection.ReadResponseAsync();
        Assert.Null(second?.SetCookie);
        Assert.Equal("V0.1"u8.ToArray(), second?.Body);
    }

    [Fact]
    public async Task Custom_data_is_answered_with_success_and_a_nul_and_other_endpoints_echo()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { CustomEndpoints = ["my-config"] }, default);
        using TestClient client = await TestClient.OpenAsync(device);

        Assert.Equal("SUCCESS\0"u8.ToArray(), await client.SendAsync("custom-data", "hello"u8.ToArray()));
        Assert.Equal([0, 1, 255], await client.SendAsync("my-config", [0, 1, 255]));
    }

    [Fact]
    public async Task Only_requests_that_reach_an_endpoint_are_counted()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions(), default);
        using RawHttpConnection connection = await RawHttpConnection.OpenAsync(device.Address);

        await connection.PostAsync("proto-ver", [1]);
        await connection.PostAsync("nothing-there", [1]);

        Assert.Equal(1, device.RequestCount);
    }

    [Theory]
    [InlineData(VirtualFaultKind.DropRequest, 0)]
    [InlineData(VirtualFaultKind.DropResponse, 5)]
    public async Task A_lost_link_closes_the_connection_before_or_after_the_device_has_acted(VirtualFaultKind kind, int results)
    {
        VirtualDeviceOptions options = new()
        {
            SecurityVersion = SecurityVersion.Security0,
            ScanDelay = TimeSpan.Zero,
            Faults = request => request is { Endpoint: "prov-scan", Number: 2 } ? new VirtualFault(kind) : VirtualFault.None,
        };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);
        using TestClient client = await TestClient.OpenAsync(device);

        Assert.Null(await client.SendAsync("prov-scan", [0x52, 0x02, 0x08, 0x01]));
        await client.ReconnectAsync();

        ScanPayload? status = await client.ScanAsync(new ScanPayload { Msg = ScanMessage.ScanWifiStatusCmd });
        Assert.Equal((uint)results, status!.WifiStatusResp.ResultCount);
    }

    [Fact]
    public async Task Responses_can_be_spoilt()
    {
        VirtualFaultKind kind = VirtualFaultKind.None;
        VirtualDeviceOptions options = new() { BareVersion = "V0.1", Faults = _ => new VirtualFault(kind) };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);
        using TestClient client = await TestClient.ConnectAsync(device);

        Assert.Equal("V0.1", await client.GetVersionAsync());
        kind = VirtualFaultKind.TruncateResponse;
        Assert.Equal("V0", await client.GetVersionAsync());
        kind = VirtualFaultKind.CorruptResponse;
        Assert.Equal("V0.0", await client.GetVersionAsync());
        kind = VirtualFaultKind.None;
        Assert.Equal("V0.1", await client.GetVersionAsync());
    }
}
