using System.Text;
using EspProv.Devices;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Serial;
using EspProv.Virtual;
using EspProv.Virtual.Transports.Serial;

namespace EspProv.Tests.Transports.Serial;

/// <summary>A virtual device's console on a real pseudo-terminal, opened by System.IO.Ports as any serial port.</summary>
public class SerialTransportTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly VirtualDeviceOptions Quick = new() { ConnectDelay = TimeSpan.Zero, ScanDelay = TimeSpan.Zero };

    public static TheoryData<SerialDeviceOptions> Consoles =>
    [
        new SerialDeviceOptions(),
        new SerialDeviceOptions { Noise = true },
        new SerialDeviceOptions { Noise = true, ChunkLength = 1 },
        new SerialDeviceOptions { LineEnding = "\n" },
        new SerialDeviceOptions { LineEnding = "\r\r\n", ChunkLength = 7, Noise = true },
    ];

    [SkippableTheory]
    [MemberData(nameof(Consoles))]
    public async Task A_device_is_provisioned_over_its_console(SerialDeviceOptions console)
    {
        SkipWithoutPseudoTerminals();
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, new SerialDeviceServer(console), default);
        Assert.StartsWith("/dev/", device.Address, StringComparison.Ordinal);
        await using ProvisioningSession session = await ConnectAsync(device);
        using var credential = new WifiCredential("MyHomeWiFiAP"u8.ToArray(), Secret.FromUtf8("mypassword"));

        Assert.Equal("v1.1", session.Capability.Version);
        Assert.Equal(5, (await session.ScanWifiAsync(new WifiScanOptions(), default)).Count);
        Assert.Equal("SUCCESS\0"u8.ToArray(), await session.SendCustomDataAsync("custom-data", "hello"u8.ToArray(), default));
        WifiProvisioningResult result = await session.ProvisionWifiAsync(credential, Patience, null, default);

        Assert.Equal((ProvisioningOutcome.Connected, 1), (result.Outcome, session.HandshakeCount));
        Assert.Equal(VirtualDeviceState.Connected, device.State);
    }

    [SkippableFact]
    public async Task The_longest_credentials_fit_stock_firmware()
    {
        SkipWithoutPseudoTerminals();
        string ssid = new('s', 32), passphrase = new('p', 63);
        await using VirtualDevice device = await VirtualDevice.StartAsync(
            Quick with { AccessPoints = [new() { Ssid = ssid, Passphrase = passphrase }] }, new SerialDeviceServer(), default);
        await using ProvisioningSession session = await ConnectAsync(device);
        using var credential = new WifiCredential(Encoding.UTF8.GetBytes(ssid), Secret.FromUtf8(passphrase), new byte[] { 1, 2, 3, 4, 5, 6 }, 14);
        Assert.Equal(ProvisioningOutcome.Connected, (await session.ProvisionWifiAsync(credential, Patience, null, default)).Outcome);
    }

    [SkippableFact]
    public async Task Security_2_does_not_fit_stock_firmware_and_is_refused_before_its_first_message()
    {
        SkipWithoutPseudoTerminals();
        VirtualDeviceOptions options = Quick with { SecurityVersion = SecurityVersion.Security2 };
        await using VirtualDevice stock = await VirtualDevice.StartAsync(options, new SerialDeviceServer(), default);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => ConnectAsync(stock));
        Assert.Equal((ProvisioningErrorReason.RequestTooLarge, "prov-session"), (error.Reason, error.Endpoint));
        Assert.Contains("256", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, stock.RequestCount); // proto-ver

        await using VirtualDevice larger = await VirtualDevice.StartAsync(options, new SerialDeviceServer(new SerialDeviceOptions { LineLimit = 1024 }), default);
        await using ProvisioningSession session = await ConnectAsync(larger, new SerialTransportOptions { LineLimit = 1024 });
        Assert.Equal(SecurityVersion.Security2, session.SecurityVersion);
        Assert.Equal(5, (await session.ScanWifiAsync(new WifiScanOptions(), default)).Count);
    }

    [SkippableTheory]
    [InlineData(256)]
    [InlineData(64)]
    [InlineData(300)]
    public async Task A_request_of_the_greatest_length_arrives_and_one_more_byte_is_not_sent(int lineLimit)
    {
        SkipWithoutPseudoTerminals();
        await using VirtualDevice device = await VirtualDevice.StartAsync(
            Quick with { SecurityVersion = SecurityVersion.Security0, CustomEndpoints = ["echo"] },
            new SerialDeviceServer(new SerialDeviceOptions { LineLimit = lineLimit }),
            default);
        await using var transport = new SerialTransport(device.Address, new SerialTransportOptions { LineLimit = lineLimit });
        await transport.OpenAsync(default);
        byte[] longest = new byte[transport.GetMaxRequestLength("echo")];
        Random.Shared.NextBytes(longest);

        Assert.Equal(longest, await transport.ExchangeAsync("echo", longest, default));
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("echo", new byte[longest.Length + 1], default));
        Assert.Equal(ProvisioningErrorReason.RequestTooLarge, error.Reason);
        Assert.Equal(longest, await transport.ExchangeAsync("echo", longest, default));
        Assert.Equal(2, device.RequestCount);
    }

    [SkippableTheory]
    [InlineData(254, 122)]
    [InlineData(256, 122)] // the last digit is the next line's
    public async Task A_line_of_the_console_is_one_byte_shorter_than_its_buffer(int length, int expected)
    {
        SkipWithoutPseudoTerminals();
        await using VirtualDevice device = await VirtualDevice.StartAsync(
            Quick with { SecurityVersion = SecurityVersion.Security0, CustomEndpoints = ["echo"] }, new SerialDeviceServer(), default);
        using Stream port = SerialLine.Open(device.Address, 115200);
        string line = "echo 1234 ".PadRight(length, '0');

        await port.WriteAsync(Encoding.ASCII.GetBytes(line + "\r"));

        string wanted = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Received {expected} bytes on echo");
        for (int i = 0; i < 3000 && !device.MonitorLog.Any(logged => logged.Contains("bytes on echo", StringComparison.Ordinal)); i++)
            await Task.Delay(10);
        Assert.Contains(device.MonitorLog, logged => logged.EndsWith(wanted, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_device_that_does_not_read_its_port_drops_what_comes()
    {
        SkipWithoutPseudoTerminals();
        await using var server = new SerialDeviceServer();
        using Stream port = SerialLine.Open(server.Address, 115200);
        await port.WriteAsync(new byte[256 * 1024]).AsTask().WaitAsync(Patience);
    }

    [SkippableFact]
    public async Task A_wrong_proof_is_told_from_a_lost_line_and_the_right_one_may_follow()
    {
        SkipWithoutPseudoTerminals();
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, new SerialDeviceServer(), default);
        Assert.Equal(
            ProvisioningErrorReason.WrongCredentials,
            (await Assert.ThrowsAsync<ProvisioningException>(() => ConnectAsync(device, secret: "wrong"))).Reason);
        await using ProvisioningSession session = await ConnectAsync(device);
        Assert.True(session.IsOpen);
    }

    [SkippableFact]
    public async Task An_endpoint_that_is_not_there_costs_the_session_and_says_so()
    {
        SkipWithoutPseudoTerminals();
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, new SerialDeviceServer(), default);
        await using ProvisioningSession session = await ConnectAsync(device);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => session.SendCustomDataAsync("nobody", "x"u8.ToArray(), default));
        Assert.Equal(ProvisioningErrorReason.SessionLost, error.Reason);
        Assert.Contains("no such endpoint", error.Message, StringComparison.Ordinal);
        Assert.Equal(WifiState.Connecting, (await session.GetWifiStatusAsync(default)).State);
        Assert.Equal(2, session.HandshakeCount);
    }

    [SkippableFact]
    public async Task Unplugging_in_the_middle_is_a_clear_error()
    {
        SkipWithoutPseudoTerminals();
        var server = new SerialDeviceServer();
        var reached = new TaskCompletionSource();
        VirtualDeviceOptions options = Quick with
        {
            SecurityVersion = SecurityVersion.Security0,
            Faults = request =>
            {
                if (request.Endpoint != "custom-data")
                    return VirtualFault.None;
                reached.TrySetResult();
                return new VirtualFault(VirtualFaultKind.None, Patience);
            },
        };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, server, default);
        await using var transport = new SerialTransport(device.Address);
        await transport.OpenAsync(default);

        Task<byte[]> exchange = transport.ExchangeAsync("custom-data", "x"u8.ToArray(), default);
        await reached.Task.WaitAsync(Patience);
        server.Unplug();

        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => exchange.WaitAsync(Patience));
        Assert.Equal(ProvisioningErrorReason.SessionLost, error.Reason);
        Assert.Contains("unplugged", error.Message, StringComparison.Ordinal);
        await TransportAssert.IsClosedAsync(transport);
        Assert.Equal(
            ProvisioningErrorReason.DeviceUnreachable,
            (await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default))).Reason);
    }

    [SkippableFact]
    public async Task A_device_that_does_not_answer_in_time_is_a_time_out()
    {
        SkipWithoutPseudoTerminals();
        VirtualDeviceOptions options = Quick with
        {
            SecurityVersion = SecurityVersion.Security0,
            Faults = request => new VirtualFault(VirtualFaultKind.None, request.Endpoint == "custom-data" ? Patience : TimeSpan.Zero),
        };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, new SerialDeviceServer(), default);
        await using var transport = new SerialTransport(device.Address, new SerialTransportOptions { ExchangeTimeout = TimeSpan.FromMilliseconds(200) });
        await transport.OpenAsync(default);
        Assert.Equal(
            ProvisioningErrorReason.ExchangeTimeout,
            (await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("custom-data", "x"u8.ToArray(), default))).Reason);
        await TransportAssert.IsClosedAsync(transport);
    }

    [SkippableFact]
    public async Task A_caller_that_gives_up_is_let_go_at_once()
    {
        SkipWithoutPseudoTerminals();
        VirtualDeviceOptions options = Quick with { Faults = _ => new VirtualFault(VirtualFaultKind.None, Patience) };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, new SerialDeviceServer(), default);
        await using var transport = new SerialTransport(device.Address);
        await transport.OpenAsync(default);
        using var stop = new CancellationTokenSource();
        Task<byte[]> exchange = transport.ExchangeAsync("proto-ver", "x"u8.ToArray(), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => exchange.WaitAsync(Patience));
    }

    [SkippableFact]
    public async Task A_port_on_which_no_console_answers_is_a_time_out()
    {
        SkipWithoutPseudoTerminals();
        await using var silent = new SerialDeviceServer();
        await using var transport = new SerialTransport(silent.Address, new SerialTransportOptions { ConnectTimeout = TimeSpan.FromMilliseconds(200) });
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default));
        Assert.Equal(ProvisioningErrorReason.ConnectTimeout, error.Reason);
        Assert.Contains("nothing was received", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_not_there_is_unreachable()
    {
        await using var transport = new SerialTransport("/dev/ttyNobody0");
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default));
        Assert.Equal(ProvisioningErrorReason.DeviceUnreachable, error.Reason);
        Assert.Contains("/dev/ttyNobody0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_has_a_name() =>
        Assert.Equal(ProvisioningErrorReason.InvalidAddress, Assert.Throws<ProvisioningException>(() => new SerialTransport(" ")).Reason);

    [SkippableFact]
    public async Task A_session_survives_what_somebody_typed_before_it()
    {
        SkipWithoutPseudoTerminals();
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, new SerialDeviceServer(), default);
        await using (FileStream other = new(device.Address, FileMode.Open, FileAccess.ReadWrite))
        {
            await other.WriteAsync("half a lin"u8.ToArray());
            await other.FlushAsync();
        }

        await using ProvisioningSession session = await ConnectAsync(device);
        Assert.True(session.IsOpen);
    }

    [SkippableFact]
    public async Task Each_link_is_a_session_of_its_own()
    {
        SkipWithoutPseudoTerminals();
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, new SerialDeviceServer(), default);
        for (int i = 0; i < 5; i++)
        {
            await using ProvisioningSession session = await ConnectAsync(device);
            Assert.Equal(WifiState.Connecting, (await session.GetWifiStatusAsync(default)).State);
        }
    }

    private static void SkipWithoutPseudoTerminals() =>
        Skip.IfNot(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There are no pseudo-terminals on this system.");

    private static Task<ProvisioningSession> ConnectAsync(VirtualDevice device, SerialTransportOptions? options = null, string secret = "abcd1234") =>
        ProvisioningSession.ConnectAsync(
            new ProvisioningDevice { Name = device.Name, Transport = ProvisioningTransport.Serial, Address = device.Address },
            new SerialTransport(device.Address, options),
            new SessionOptions
            {
                Credential = device.Options.SecurityVersion is SecurityVersion.Security2
                    ? new SecurityCredential { Username = "wifiprov", Password = Secret.FromUtf8(secret) }
                    : new SecurityCredential { ProofOfPossession = Secret.FromUtf8(secret) },
            },
            default);
}
