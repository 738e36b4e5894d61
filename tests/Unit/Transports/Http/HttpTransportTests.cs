using System.Net;
using System.Net.Sockets;
using System.Text;
using EspProv.Tests.Support;
using EspProv.Transports.Http;

namespace EspProv.Tests.Transports.Http;

/// <summary>The HTTP transport against real sockets: what it sends, to the byte where the device is picky, and what it makes of every answer.</summary>
public class HttpTransportTests
{
    // 254 characters, each label of a length that DNS takes.
    private const string Label = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.";
    private const string LongHost = Label + Label + Label + Label + "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private const string Cookie = "Set-Cookie: session=4048685227\r\n";

    private static readonly HttpTransportOptions Impatient = new() { ExchangeTimeout = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task A_request_is_what_the_device_expects_and_nothing_more()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Ok("reply");
        await using HttpTransport transport = await OpenAsync(server);
        Assert.Equal("reply", await ExchangeAsync(transport, "proto-ver", "ESP"));

        string[] lines = server.Requests.Single().Text.Split("\r\n");
        Assert.Equal("POST /proto-ver HTTP/1.1", lines[0]);
        Assert.Equal(["", "ESP"], lines[^2..]);
        Assert.Equal(
            ["Accept: text/plain", "Content-Length: 3", "Content-Type: application/x-www-form-urlencoded", $"Host: 127.0.0.1:{server.Port}"],
            lines[1..^2].Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Bytes_pass_unchanged_both_ways()
    {
        string all = new([.. Enumerable.Range(0, 256).Select(i => (char)i)]);
        await using ScriptedHttpServer server = new ScriptedHttpServer().Ok(all);
        await using HttpTransport transport = await OpenAsync(server);
        Assert.Equal(all, await ExchangeAsync(transport, "custom-data", all));
        Assert.EndsWith("\r\n\r\n" + all, server.Requests.Single().Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Set-Cookie: session=4048685227\r\n")]
    [InlineData("set-cookie: session=4048685227; Path=/; HttpOnly\r\n")]
    [InlineData("Set-Cookie: other=1\r\nSet-Cookie: session=4048685227\r\n")]
    public async Task The_cookie_header_is_the_session_and_nothing_else(string header)
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Ok("1", header).Ok("2").Ok("3");
        await using HttpTransport transport = await OpenAsync(server);
        for (int i = 0; i < 3; i++)
            await ExchangeAsync(transport);
        Assert.Equal(["", "Cookie: session=4048685227", "Cookie: session=4048685227"], server.Requests.Select(request => CookieOf(request.Text)));
        Assert.Equal([1, 1, 1], server.Requests.Select(request => request.Connection));
    }

    [Theory]
    [InlineData("Set-Cookie: session=4294967296\r\n")]
    [InlineData("Set-Cookie: session=00000004048685227\r\n")]
    [InlineData("Set-Cookie: session=-1\r\n")]
    [InlineData("Set-Cookie: session=abc\r\n")]
    [InlineData("Set-Cookie: sid=1\r\n")]
    public async Task A_cookie_that_no_device_sets_is_not_sent_back(string header)
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Ok("1", header).Ok("2");
        await using HttpTransport transport = await OpenAsync(server);
        await ExchangeAsync(transport);
        await ExchangeAsync(transport);
        Assert.Equal("", CookieOf(server.Requests[1].Text));
    }

    [Fact]
    public async Task Opening_anew_is_a_new_connection_without_a_cookie()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Ok("1", Cookie).Ok("2", Cookie);
        await using HttpTransport transport = await OpenAsync(server);
        await ExchangeAsync(transport);
        await transport.OpenAsync(CancellationToken.None);
        await ExchangeAsync(transport);
        Assert.Equal([(1, ""), (2, "")], server.Requests.Select(request => (request.Connection, CookieOf(request.Text))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_closed_without_a_response_is_a_lost_session_and_the_request_is_not_sent_again(bool keptAlive)
    {
        await using var server = new ScriptedHttpServer();
        if (keptAlive)
            server.Ok("1", Cookie);
        server.Close().Ok("never");
        await using HttpTransport transport = await OpenAsync(server);
        if (keptAlive)
            await ExchangeAsync(transport);
        await AssertFailsAsync(ProvisioningErrorReason.SessionLost, transport);
        Assert.Equal((keptAlive ? 2 : 1, 1), (server.Requests.Count, server.Connections));
        await TransportAssert.IsClosedAsync(transport);
    }

    [Fact]
    public async Task A_reset_connection_is_a_lost_session()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Ok("1").Reset();
        await using HttpTransport transport = await OpenAsync(server);
        await ExchangeAsync(transport);
        await AssertFailsAsync(ProvisioningErrorReason.SessionLost, transport);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Without_a_cookie_a_connection_that_the_device_closed_is_the_end_of_the_session()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().ReplyAndClose(ScriptedHttpServer.Response("1")).Ok("never");
        await using HttpTransport transport = await OpenAsync(server);
        await ExchangeAsync(transport);
        await AssertFailsAsync(ProvisioningErrorReason.SessionLost, transport);
        Assert.Equal((1, 1), (server.Requests.Count, server.Connections));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Connection: close\r\n")]
    public async Task With_a_cookie_the_session_goes_on_over_a_new_connection(string header)
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().ReplyAndClose(ScriptedHttpServer.Response("1", Cookie + header)).Ok("2");
        await using HttpTransport transport = await OpenAsync(server);
        await ExchangeAsync(transport);
        await server.Closed;
        Assert.Equal("2", await ExchangeAsync(transport));
        Assert.Equal((2, "Cookie: session=4048685227"), (server.Requests[1].Connection, CookieOf(server.Requests[1].Text)));
    }

    [Fact]
    public async Task A_device_that_cannot_be_reached_again_has_lost_the_session()
    {
        ScriptedHttpServer server = new ScriptedHttpServer().ReplyAndClose(ScriptedHttpServer.Response("1", Cookie));
        await using HttpTransport transport = await OpenAsync(server);
        await ExchangeAsync(transport);
        await server.DisposeAsync();
        ProvisioningException lost = await AssertFailsAsync(ProvisioningErrorReason.SessionLost, transport);
        Assert.Equal(ProvisioningErrorReason.DeviceUnreachable, Assert.IsType<ProvisioningException>(lost.InnerException).Reason);
    }

    [Fact]
    public async Task A_device_that_stalls_is_given_up_after_the_exchange_time_out()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Stall();
        await using HttpTransport transport = await OpenAsync(server, Impatient);
        await AssertFailsAsync(ProvisioningErrorReason.ExchangeTimeout, transport);
        await TransportAssert.IsClosedAsync(transport);
    }

    [Fact]
    public async Task A_body_that_stalls_is_given_up_after_the_exchange_time_out()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Reply("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        await using HttpTransport transport = await OpenAsync(server, Impatient);
        await AssertFailsAsync(ProvisioningErrorReason.ExchangeTimeout, transport);
    }

    [Fact]
    public async Task Cancellation_by_the_caller_is_no_time_out()
    {
        using var stop = new CancellationTokenSource();
        await using ScriptedHttpServer server = new ScriptedHttpServer().Then(_ => stop.CancelAsync());
        await using HttpTransport transport = await OpenAsync(server);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transport.ExchangeAsync("proto-ver", "x"u8.ToArray(), stop.Token));
        await TransportAssert.IsClosedAsync(transport);
    }

    [Theory]
    [InlineData("404 Not Found", nameof(ProvisioningErrorReason.EndpointNotFound))]
    [InlineData("405 Method Not Allowed", nameof(ProvisioningErrorReason.NotAProvisioningDevice))]
    [InlineData("400 Bad Request", nameof(ProvisioningErrorReason.NotAProvisioningDevice))]
    [InlineData("401 Unauthorized", nameof(ProvisioningErrorReason.NotAProvisioningDevice))]
    [InlineData("302 Found", nameof(ProvisioningErrorReason.NotAProvisioningDevice))]
    [InlineData("204 No Content", nameof(ProvisioningErrorReason.NotAProvisioningDevice))]
    [InlineData("408 Request Timeout", nameof(ProvisioningErrorReason.ExchangeTimeout))]
    [InlineData("413 Content Too Large", nameof(ProvisioningErrorReason.RequestTooLarge))]
    [InlineData("414 URI Too Long", nameof(ProvisioningErrorReason.RequestTooLarge))]
    [InlineData("431 Request Header Fields Too Large", nameof(ProvisioningErrorReason.RequestTooLarge))]
    [InlineData("500 Internal Server Error", nameof(ProvisioningErrorReason.DeviceError))]
    public async Task Every_other_status_is_named_and_closes_the_link(string status, string reason)
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Reply($"HTTP/1.1 {status}\r\nLocation: /\r\nContent-Length: 0\r\n\r\n");
        await using HttpTransport transport = await OpenAsync(server);
        ProvisioningException error = await AssertFailsAsync(Enum.Parse<ProvisioningErrorReason>(reason), transport);
        Assert.Contains(status[..3], error.Message, StringComparison.Ordinal);
        Assert.Equal("proto-ver", error.Endpoint);
        await TransportAssert.IsClosedAsync(transport);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("220 mail.example ESMTP ready\r\n")]
    [InlineData("\0\u0001\u0002garbage\r\n\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n")]
    public async Task Something_that_is_not_http_is_no_provisioning_device(string garbage)
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().ReplyAndClose(garbage);
        await using HttpTransport transport = await OpenAsync(server);
        await AssertFailsAsync(ProvisioningErrorReason.NotAProvisioningDevice, transport);
    }

    [Fact]
    public async Task Headers_without_end_are_cut_off()
    {
        string pad = string.Concat(Enumerable.Range(0, 500).Select(i => $"X-Pad-{i}: {new string('x', 80)}\r\n"));
        await using ScriptedHttpServer server = new ScriptedHttpServer().Reply("HTTP/1.1 200 OK\r\n" + pad);
        await using HttpTransport transport = await OpenAsync(server);
        await AssertFailsAsync(ProvisioningErrorReason.NotAProvisioningDevice, transport);
    }

    [Fact]
    public async Task A_truncated_body_is_a_lost_session()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().ReplyAndClose("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        await using HttpTransport transport = await OpenAsync(server);
        await AssertFailsAsync(ProvisioningErrorReason.SessionLost, transport);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 65537\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")]
    public async Task A_response_that_says_it_is_huge_is_not_waited_for(string head)
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Reply(head);
        await using HttpTransport transport = await OpenAsync(server);
        await AssertFailsAsync(ProvisioningErrorReason.MalformedResponse, transport);
    }

    [Fact]
    public async Task A_huge_response_that_does_not_say_so_is_cut_off()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Reply("HTTP/1.1 200 OK\r\n\r\n" + new string('x', 100_000));
        await using HttpTransport transport = await OpenAsync(server);
        await AssertFailsAsync(ProvisioningErrorReason.MalformedResponse, transport);
    }

    [Fact]
    public async Task A_response_in_chunks_is_put_together()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Reply("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
        await using HttpTransport transport = await OpenAsync(server);
        Assert.Equal("abcde", await ExchangeAsync(transport));
    }

    [Fact]
    public async Task A_response_in_single_bytes_is_put_together()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Then(async socket =>
        {
            socket.NoDelay = true;
            foreach (byte b in Encoding.Latin1.GetBytes(ScriptedHttpServer.Response("slow", Cookie)))
                await socket.SendAsync(new[] { b });
        });
        await using HttpTransport transport = await OpenAsync(server);
        Assert.Equal("slow", await ExchangeAsync(transport));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4097)]
    public async Task A_body_that_the_device_would_close_on_is_not_sent(int length)
    {
        await using var server = new ScriptedHttpServer();
        await using HttpTransport transport = await OpenAsync(server);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("custom-data", new byte[length], CancellationToken.None));
        Assert.Equal(ProvisioningErrorReason.RequestTooLarge, error.Reason);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_body_of_the_largest_size_is_sent()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Ok("ok");
        await using HttpTransport transport = await OpenAsync(server);
        Assert.Equal("ok", await ExchangeAsync(transport, "custom-data", new string('x', transport.MaxRequestLength)));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a?x=1")]
    [InlineData("a b")]
    [InlineData("a\r\nCookie: session=1")]
    [InlineData("ä")]
    public async Task An_endpoint_name_cannot_smuggle_anything(string endpoint)
    {
        await using var server = new ScriptedHttpServer();
        await using HttpTransport transport = await OpenAsync(server);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync(endpoint, "x"u8.ToArray(), CancellationToken.None));
        Assert.Equal(ProvisioningErrorReason.EndpointNotFound, error.Reason);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_an_unreachable_device()
    {
        int port;
        using (var reserved = new TcpListener(IPAddress.Loopback, 0))
        {
            reserved.Start();
            port = ((IPEndPoint)reserved.LocalEndpoint).Port;
        }

        await using var transport = new HttpTransport($"127.0.0.1:{port}");
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(CancellationToken.None));
        Assert.Equal(ProvisioningErrorReason.DeviceUnreachable, error.Reason);
        Assert.Contains(transport.Address, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_an_unreachable_device()
    {
        await using var transport = new HttpTransport("no-such-device.invalid"); // RFC 6761: never resolves.
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(CancellationToken.None));
        Assert.Equal(ProvisioningErrorReason.DeviceUnreachable, error.Reason);
    }

    [SkippableFact]
    public async Task A_host_that_does_not_answer_is_given_up_after_the_connect_time_out()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux drops connections when nobody accepts them.");
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await waiting.ConnectAsync(listener.LocalEndPoint!); // It has the only place in the queue.

        await using var transport = new HttpTransport(
            listener.LocalEndPoint!.ToString()!, new HttpTransportOptions { ConnectTimeout = TimeSpan.FromMilliseconds(300) });
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(CancellationToken.None));
        Assert.Equal(ProvisioningErrorReason.ConnectTimeout, error.Reason);
        await TransportAssert.IsClosedAsync(transport);
    }

    [Fact]
    public async Task Connecting_can_be_cancelled()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await using var transport = new HttpTransport("127.0.0.1:9");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transport.OpenAsync(stopped.Token));
    }

    [Fact]
    public async Task A_closed_link_cannot_be_used_until_it_is_opened_again()
    {
        await using ScriptedHttpServer server = new ScriptedHttpServer().Ok("1");
        await using HttpTransport transport = await OpenAsync(server);
        await transport.CloseAsync();
        await transport.CloseAsync();
        await TransportAssert.IsClosedAsync(transport);
        await transport.OpenAsync(CancellationToken.None);
        Assert.Equal("1", await ExchangeAsync(transport));
    }

    [Theory]
    [InlineData("192.168.4.1", "192.168.4.1")]
    [InlineData("192.168.4.1:80", "192.168.4.1")]
    [InlineData("http://192.168.4.1", "192.168.4.1")]
    [InlineData("HTTP://prov.local:8080/", "prov.local:8080")]
    [InlineData(" prov.local:8080 ", "prov.local:8080")]
    [InlineData("[::1]:8080", "[::1]:8080")]
    [InlineData("[fe80::1%2]", "[fe80::1%2]")]
    [InlineData("::1", "[::1]")]
    public void An_address_may_be_written_in_many_ways(string address, string shown) => Assert.Equal(shown, new HttpTransport(address).Address);

    [Theory]
    [InlineData("")]
    [InlineData(":80")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:abc")]
    [InlineData("host:")]
    [InlineData("[::1")]
    [InlineData("[host]:80")]
    [InlineData("[[fe80::1%eth0]:800]:80")]
    [InlineData("https://192.168.4.1")]
    [InlineData("http://192.168.4.1/prov-session")]
    [InlineData("user@host")]
    [InlineData("host name")]
    [InlineData("12.05.2026")]
    [InlineData("http://12.05.2026:8080/")]
    [InlineData("1234")]
    [InlineData("192.168.4")]
    [InlineData("192.168.4.256")]
    [InlineData("host.1")]
    [InlineData(LongHost)]
    public void An_address_that_cannot_be_used_is_refused(string address)
    {
        ProvisioningException error = Assert.Throws<ProvisioningException>(() => new HttpTransport(address));
        Assert.Equal(ProvisioningErrorReason.InvalidAddress, error.Reason);
    }

    [Theory]
    [InlineData("https://192.168.4.1", "plain HTTP")]
    [InlineData("http://192.168.4.1/prov-session", "without a path")]
    [InlineData("192.168.4.1:80/prov-session", "without a path")]
    public void An_address_that_cannot_be_used_says_what_to_leave_out(string address, string advice) =>
        Assert.Contains(advice, Assert.Throws<ProvisioningException>(() => new HttpTransport(address)).Message, StringComparison.Ordinal);

    [SkippableFact]
    public async Task A_device_with_an_ipv6_address_is_reached()
    {
        using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
        try
        {
            listener.Start();
        }
        catch (SocketException)
        {
            Skip.If(true, "This machine has no IPv6.");
        }

        await using var transport = new HttpTransport($"[::1]:{((IPEndPoint)listener.LocalEndpoint).Port}");
        await transport.OpenAsync(CancellationToken.None);
        Assert.True(listener.Pending());
    }

    private static async Task<HttpTransport> OpenAsync(ScriptedHttpServer server, HttpTransportOptions? options = null)
    {
        var transport = new HttpTransport(server.Address, options);
        await transport.OpenAsync(CancellationToken.None);
        return transport;
    }

    private static async Task<string> ExchangeAsync(HttpTransport transport, string endpoint = "proto-ver", string body = "x") =>
        Encoding.Latin1.GetString(await transport.ExchangeAsync(endpoint, Encoding.Latin1.GetBytes(body), CancellationToken.None));

    private static async Task<ProvisioningException> AssertFailsAsync(ProvisioningErrorReason reason, HttpTransport transport)
    {
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => ExchangeAsync(transport));
        Assert.Equal(reason, error.Reason);
        return error;
    }

    private static string CookieOf(string request) =>
        request.Split("\r\n").SingleOrDefault(line => line.StartsWith("Cookie", StringComparison.OrdinalIgnoreCase)) ?? "";
}
