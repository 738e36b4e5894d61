using EspProv.Devices;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Sessions;

/// <summary>A session's life, and its verbs other than provisioning, over a device in memory. Exchange 0 is proto-ver, 1 the handshake.</summary>
public class ProvisioningSessionTests
{
    private const int FirstVerb = 2;

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Connecting_asks_for_the_capability_and_shakes_hands_on_one_link()
    {
        var device = new ScriptedDevice();
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        Assert.Equal([EndpointNames.Version, EndpointNames.Session], device.Requests.Select(request => request.Endpoint));
        Assert.Equal((1, 1, true), (device.Opens, session.HandshakeCount, session.IsOpen));
        Assert.Equal((SecurityVersion.Security0, "v1.1"), (session.SecurityVersion, session.Capability.Version));
        Assert.Equal(DateTimeOffset.UnixEpoch, session.EstablishedAt);
        Assert.False(session.CredentialsApplied);
    }

    [Fact]
    public async Task The_capability_is_asked_for_on_a_link_that_is_closed_afterwards()
    {
        var device = new ScriptedDevice();
        DeviceCapability capability = await ProvisioningSession.GetCapabilityAsync(device, CancellationToken.None);
        Assert.True(capability.Has("wifi_scan"));
        Assert.Equal((false, false, 1), (device.IsOpen, device.IsDisposed, device.Requests.Count));
    }

    [Fact]
    public async Task A_version_request_that_is_lost_is_asked_once_more()
    {
        await using ProvisioningSession session = await new ScriptedDevice().Break(0, Fault.ReplyLost).ConnectAsync(_clock);
        Assert.True(session.IsOpen);
        await AssertFailsAsync(
            ProvisioningErrorReason.SessionLost, new ScriptedDevice().Break(0, Fault.ReplyLost).Break(1, Fault.ReplyLost).ConnectAsync(_clock));
    }

    [Fact]
    public async Task A_web_server_without_a_version_endpoint_is_no_provisioning_device()
    {
        var device = new ScriptedDevice { BeforeExchange = _ => throw new ProvisioningException(ProvisioningErrorReason.EndpointNotFound, "404") };
        await AssertFailsAsync(ProvisioningErrorReason.NotAProvisioningDevice, device.ConnectAsync(_clock));
        Assert.True(device.IsDisposed);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    public async Task A_web_server_that_answers_with_a_page_is_no_provisioning_device(string page)
    {
        var device = new ScriptedDevice { VersionReply = page };
        await AssertFailsAsync(ProvisioningErrorReason.NotAProvisioningDevice, ProvisioningSession.ConnectAsync(
            Device, device, new SessionOptions { AllowUnencrypted = true }, CancellationToken.None));
        Assert.Single(device.Requests);
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{")]
    [InlineData("""{"prov":{"ver":"v1.1","sec_ver":"one"}}""")]
    public async Task A_version_reply_that_cannot_be_read_is_a_warning_where_the_scheme_was_named(string reply)
    {
        var device = new ScriptedDevice { VersionReply = reply };
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        Assert.True(session.IsOpen);
        Assert.Contains("the security scheme was named", Assert.Single(session.Warnings), StringComparison.Ordinal);
        Assert.Equal(
            (true, true), (session.Capability.Supports(ProvisioningNetwork.Wifi), session.Capability.Supports(ProvisioningNetwork.Thread)));
    }

    [Fact]
    public async Task Firmware_without_scan_says_what_to_give_instead()
    {
        var device = new ScriptedDevice();
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        device.BeforeExchange = _ => throw new ProvisioningException(ProvisioningErrorReason.EndpointNotFound, "404");
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => session.ScanWifiAsync(new WifiScanOptions(), CancellationToken.None));
        Assert.Equal(ProvisioningErrorReason.NotSupportedByDevice, error.Reason);
        Assert.Contains("This firmware cannot scan", error.Message, StringComparison.Ordinal);
        Assert.Contains("-Ssid", error.Message, StringComparison.Ordinal);
        device.BeforeExchange = null;
        Assert.Equal(WifiState.Connecting, (await session.GetWifiStatusAsync(CancellationToken.None)).State);
    }

    [Fact]
    public async Task A_connection_that_fails_disposes_of_the_transport_and_the_credential()
    {
        var device = new ScriptedDevice { UnreachableFromOpen = 1 };
        var credential = new SecurityCredential { ProofOfPossession = Secret.FromUtf8("abcd1234") };
        await AssertFailsAsync(ProvisioningErrorReason.DeviceUnreachable, ProvisioningSession.ConnectAsync(
            Device, device, new SessionOptions { Credential = credential }, CancellationToken.None));
        Assert.True(device.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => { _ = credential.ProofOfPossession.Bytes; });
    }

    [Fact]
    public async Task A_session_that_ends_disposes_of_the_transport_and_the_credential()
    {
        var device = new ScriptedDevice();
        var credential = new SecurityCredential { ProofOfPossession = Secret.FromUtf8("abcd1234") };
        ProvisioningSession session = await ProvisioningSession.ConnectAsync(
            Device, device, new SessionOptions { Credential = credential, SecurityVersion = SecurityVersion.Security0 }, CancellationToken.None);
        await session.DisposeAsync();
        await session.DisposeAsync();
        Assert.Equal((true, false), (device.IsDisposed, session.IsOpen));
        Assert.Throws<ObjectDisposedException>(() => { _ = credential.ProofOfPossession.Bytes; });
        await AssertFailsAsync(ProvisioningErrorReason.SessionClosed, session.GetWifiStatusAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Notices_from_before_anybody_listened_are_heard_by_the_first_who_does()
    {
        var credential = new SecurityCredential { ProofOfPossession = Secret.FromUtf8("abcd1234") };
        await using ProvisioningSession session = await ProvisioningSession.ConnectAsync(
            Device, new ScriptedDevice(), new SessionOptions { Credential = credential, SecurityVersion = SecurityVersion.Security0 }, CancellationToken.None);
        var first = new List<SessionNotice>();
        var second = new List<SessionNotice>();
        session.Notice += first.Add;
        session.Notice += second.Add;
        Assert.Single(first, notice => notice.Level is SessionNoticeLevel.Warning);
        Assert.DoesNotContain("abcd1234", first[0].Message, StringComparison.Ordinal);
        Assert.Empty(second);
    }

    [Theory]
    [InlineData((int)Fault.RequestLost)]
    [InlineData((int)Fault.ReplyLost)]
    [InlineData((int)Fault.TimedOut)]
    public async Task A_scan_survives_a_link_lost_at_any_of_its_exchanges(int fault)
    {
        for (int index = FirstVerb; index < FirstVerb + 3; index++)
        {
            ScriptedDevice device = new ScriptedDevice().Break(index, (Fault)fault);
            device.Networks.AddRange(Networks(2));
            await using ProvisioningSession session = await device.ConnectAsync(_clock);
            var notices = new List<SessionNotice>();
            session.Notice += notices.Add;
            IReadOnlyList<WifiAccessPoint> found = await _clock.RunAsync(session.ScanWifiAsync(new WifiScanOptions(), CancellationToken.None));
            Assert.Equal((2, 2), (found.Count, session.HandshakeCount));
            Assert.Contains(notices, notice => notice.Message.Contains("lost and renewed", StringComparison.Ordinal));
            Assert.All(notices, notice => Assert.NotEqual(SessionNoticeLevel.Warning, notice.Level));
        }
    }

    [Fact]
    public async Task A_reply_that_does_not_decrypt_costs_a_handshake()
    {
        ScriptedDevice device = new ScriptedDevice().Answer(FirstVerb, reply => [.. reply, TamperedScheme.Mark]);
        await using ProvisioningSession session = await ProvisioningSession.ConnectAsync(
            Device, device, new SessionOptions(), (_, _, _) => new NegotiatedScheme(SecurityVersion.Security0, () => new TamperedScheme()), CancellationToken.None);
        WifiStatus status = await session.GetWifiStatusAsync(CancellationToken.None);
        Assert.Equal((WifiState.Connecting, 2), (status.State, session.HandshakeCount));
    }

    [Fact]
    public async Task Two_losses_are_survived_and_a_third_is_reported_by_a_session_that_stays_usable()
    {
        // After each loss comes a handshake: the queries are exchanges 2, 4 and 6.
        ScriptedDevice device = new ScriptedDevice().Break(2, Fault.ReplyLost).Break(4, Fault.TimedOut);
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        await _clock.RunAsync(session.GetWifiStatusAsync(CancellationToken.None));
        Assert.Equal(3, session.HandshakeCount);

        device.Break(7, Fault.ReplyLost).Break(9, Fault.ReplyLost).Break(11, Fault.ReplyLost);
        await AssertFailsAsync(ProvisioningErrorReason.SessionLost, _clock.RunAsync(session.GetWifiStatusAsync(CancellationToken.None)));
        Assert.True(session.IsOpen);
        await _clock.RunAsync(session.GetWifiStatusAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_device_that_does_not_come_back_closes_the_session()
    {
        ScriptedDevice device = new ScriptedDevice { UnreachableFromOpen = 2 }.Break(FirstVerb, Fault.ReplyLost);
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        ProvisioningException lost = await AssertFailsAsync(
            ProvisioningErrorReason.SessionLost, _clock.RunAsync(session.GetWifiStatusAsync(CancellationToken.None)));
        Assert.Equal(ProvisioningErrorReason.DeviceUnreachable, Assert.IsType<ProvisioningException>(lost.InnerException).Reason);
        Assert.False(session.IsOpen);
        await AssertFailsAsync(ProvisioningErrorReason.SessionClosed, session.GetWifiStatusAsync(CancellationToken.None));
    }

    public static TheoryData<string, byte[], string> Garbage => new()
    {
        { "truncated", [0x08, 0x01, 0x5a, 0x28, 0x5a], nameof(ProvisioningErrorReason.MalformedResponse) },
        { "not protobuf", [0xff, 0xff, 0xff], nameof(ProvisioningErrorReason.MalformedResponse) },
        { "no submessage", [0x08, 0x01], nameof(ProvisioningErrorReason.MalformedResponse) },
        { "connected to nothing", [0x08, 0x01, 0x5a, 0x00], nameof(ProvisioningErrorReason.MalformedResponse) },
        { "empty", [], nameof(ProvisioningErrorReason.UnexpectedResponse) },
        { "another command's", [0x08, 0x05, 0x7a, 0x00], nameof(ProvisioningErrorReason.UnexpectedResponse) },
        { "the request itself", [0x52, 0x00], nameof(ProvisioningErrorReason.UnexpectedResponse) },
    };

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task A_garbage_reply_is_named_and_the_next_verb_begins_a_new_session(string what, byte[] reply, string reason)
    {
        Assert.NotEmpty(what);
        ScriptedDevice device = new ScriptedDevice().Answer(FirstVerb, _ => reply);
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        await AssertFailsAsync(Enum.Parse<ProvisioningErrorReason>(reason), session.GetWifiStatusAsync(CancellationToken.None));
        Assert.Equal((false, true), (device.IsOpen, session.IsOpen));
        await session.GetWifiStatusAsync(CancellationToken.None);
        Assert.Equal(2, session.HandshakeCount);
    }

    [Fact]
    public async Task Any_reply_is_parsed_or_refused_with_a_reason()
    {
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] reply = new byte[random.Next(0, 40)];
            random.NextBytes(reply);
            ScriptedDevice device = new ScriptedDevice().Answer(FirstVerb, _ => reply);
            await using ProvisioningSession session = await device.ConnectAsync(_clock);
            try
            {
                await session.ScanWifiAsync(new WifiScanOptions(), CancellationToken.None);
            }
            catch (ProvisioningException exception)
            {
                Assert.True(exception.Reason is ProvisioningErrorReason.MalformedResponse or ProvisioningErrorReason.UnexpectedResponse, $"{exception.Reason}: {Convert.ToHexString(reply)}");
            }
        }
    }

    [Fact]
    public async Task Scan_results_come_page_by_page_and_never_from_beyond_the_count()
    {
        var device = new ScriptedDevice { ScanPageSize = 4 };
        device.Networks.AddRange(Networks(10));
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        IReadOnlyList<WifiAccessPoint> found = await session.ScanWifiAsync(new WifiScanOptions(), CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"net{i}"), found.Select(ap => ap.Ssid));
        Assert.Equal(
            [(0u, 4u), (4u, 4u), (8u, 2u)],
            device.Requests.Where(request => request.Endpoint == EndpointNames.Scan)
                .Select(request => ScanPayload.Parser.ParseFrom(request.Body).WifiResultCmd).OfType<ScanResultCmd>().Select(page => (page.StartIndex, page.Count)));
    }

    [Fact]
    public async Task Strange_networks_are_kept_as_they_are()
    {
        var device = new ScriptedDevice();
        WifiScanEntry hidden = Networks(1)[0];
        hidden.Ssid = ByteString.Empty;
        hidden.Auth = 17;
        hidden.Rssi = -127;
        WifiScanEntry notUtf8 = new() { Ssid = ByteString.CopyFrom(0xff, 0x41), Channel = byte.MaxValue };
        device.Networks.AddRange([hidden, hidden, notUtf8]);
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        IReadOnlyList<WifiAccessPoint> found = await session.ScanWifiAsync(new WifiScanOptions(), CancellationToken.None);
        Assert.Equal(3, found.Count);
        Assert.Equal(("", -127, (WifiAuthMode)17, "0a:c4:10:00:00:00"), (found[1].Ssid, found[1].Rssi, found[1].Auth, found[1].Bssid));
        Assert.Equal(("\\x{FF}A", "", byte.MaxValue), (found[2].Ssid, found[2].Bssid, found[2].Channel));
        Assert.Equal([0xff, 0x41], found[2].SsidBytes.ToArray());
    }

    [Fact]
    public async Task No_network_at_all_asks_for_no_page()
    {
        var device = new ScriptedDevice();
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        Assert.Empty(await session.ScanWifiAsync(new WifiScanOptions(), CancellationToken.None));
        Assert.Equal(FirstVerb + 2, device.Requests.Count);
    }

    [Fact]
    public async Task A_scan_that_runs_on_is_asked_after_until_it_is_done()
    {
        var device = new ScriptedDevice { ScanStatusesBeforeFinished = 5 };
        device.Networks.AddRange(Networks(1));
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        Assert.Single(await _clock.RunAsync(session.ScanWifiAsync(new WifiScanOptions { PeriodMs = 1500, Passive = true }, CancellationToken.None)));

        // Longer than one exchange may take, so it is not waited for inside one.
        WifiScanStartCmd start = ScanPayload.Parser.ParseFrom(device.Requests[FirstVerb].Body).WifiStartCmd;
        Assert.Equal((false, true, 5u, 1500u), (start.Blocking, start.Passive, start.GroupChannels, start.PeriodMs));
    }

    [Fact]
    public async Task A_scan_that_never_ends_is_given_up()
    {
        var device = new ScriptedDevice { ScanStatusesBeforeFinished = int.MaxValue };
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        await AssertFailsAsync(
            ProvisioningErrorReason.ExchangeTimeout,
            _clock.RunAsync(session.ScanWifiAsync(new WifiScanOptions { Timeout = TimeSpan.FromSeconds(5) }, CancellationToken.None)));
        Assert.True(session.IsOpen);
        Assert.Equal(WifiState.Connecting, (await session.GetWifiStatusAsync(CancellationToken.None)).State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_page_of_another_size_than_can_be_is_malformed(int entries)
    {
        var device = new ScriptedDevice();
        device.Networks.AddRange(Networks(2));
        device.Answer(FirstVerb + 2, _ => new ScanPayload
        {
            Msg = ScanMessage.ScanWifiResultResp,
            WifiResultResp = new WifiScanResultResp { Entries = { Networks(entries) } },
        }.ToByteArray());
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        await AssertFailsAsync(ProvisioningErrorReason.MalformedResponse, session.ScanWifiAsync(new WifiScanOptions(), CancellationToken.None));
    }

    [Fact]
    public async Task A_count_that_no_device_has_is_malformed()
    {
        ScriptedDevice device = new ScriptedDevice().Answer(FirstVerb + 1, _ => new ScanPayload
        {
            Msg = ScanMessage.ScanWifiStatusResp,
            WifiStatusResp = new ScanStatusResp { ScanFinished = true, ResultCount = uint.MaxValue },
        }.ToByteArray());
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        await AssertFailsAsync(ProvisioningErrorReason.MalformedResponse, session.ScanWifiAsync(new WifiScanOptions(), CancellationToken.None));
    }

    [Fact]
    public async Task Custom_data_is_carried_both_ways()
    {
        var device = new ScriptedDevice();
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        Assert.Equal("SUCCESS\0"u8.ToArray(), await session.SendCustomDataAsync("custom-data", "hello"u8.ToArray(), CancellationToken.None));
        Assert.Equal("hello"u8.ToArray(), device.Custom.Single());
    }

    [Theory]
    [InlineData((int)Fault.RequestLost, 0)]
    [InlineData((int)Fault.ReplyLost, 1)]
    [InlineData((int)Fault.TimedOut, 1)]
    public async Task Custom_data_is_never_sent_twice(int fault, int arrived)
    {
        ScriptedDevice device = new ScriptedDevice().Break(FirstVerb, (Fault)fault);
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        await AssertFailsAsync(
            (Fault)fault is Fault.TimedOut ? ProvisioningErrorReason.ExchangeTimeout : ProvisioningErrorReason.SessionLost,
            session.SendCustomDataAsync("custom-data", "hello"u8.ToArray(), CancellationToken.None));
        Assert.Equal(arrived, device.Custom.Count);

        await session.SendCustomDataAsync("custom-data", "again"u8.ToArray(), CancellationToken.None);
        Assert.Equal("again"u8.ToArray(), device.Custom[^1]);
        Assert.Equal((arrived + 1, 2), (device.Custom.Count, session.HandshakeCount));
    }

    [Fact]
    public async Task Custom_data_that_cannot_be_carried_is_refused_before_anything_is_sent()
    {
        var device = new ScriptedDevice { MaxRequestLength = 16 };
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        await AssertFailsAsync(
            ProvisioningErrorReason.RequestTooLarge, session.SendCustomDataAsync("custom-data", new byte[17], CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => session.SendCustomDataAsync("custom-data", default, CancellationToken.None));
        await Assert.ThrowsAsync<ArgumentException>(() => session.SendCustomDataAsync("prov-session", new byte[1], CancellationToken.None));
        Assert.Equal(FirstVerb, device.Requests.Count);
        await session.SendCustomDataAsync("custom-data", new byte[16], CancellationToken.None);
        Assert.Equal(1, session.HandshakeCount);
    }

    [Fact]
    public async Task An_endpoint_that_is_not_there_is_named_and_the_session_stays_usable()
    {
        await using ProvisioningSession session = await new ScriptedDevice().ConnectAsync(_clock);
        await AssertFailsAsync(ProvisioningErrorReason.EndpointNotFound, session.SendCustomDataAsync("nowhere", new byte[1], CancellationToken.None));
        await session.GetWifiStatusAsync(CancellationToken.None);
        Assert.True(session.IsOpen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reset_and_reprovision_are_not_sent_twice(bool reset)
    {
        ScriptedDevice device = new ScriptedDevice().Break(FirstVerb, Fault.ReplyLost);
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        await AssertFailsAsync(
            ProvisioningErrorReason.SessionLost,
            reset ? session.ResetWifiAsync(CancellationToken.None) : session.ReprovisionWifiAsync(CancellationToken.None));
        Assert.Equal(1, device.Resets + device.Reprovisions);
    }

    [Fact]
    public async Task A_refused_reset_says_what_state_it_needs_and_the_session_goes_on()
    {
        await using ProvisioningSession session = await new ScriptedDevice { ResetStatus = Status.InternalError }.ConnectAsync(_clock);
        await AssertFailsAsync(ProvisioningErrorReason.InvalidDeviceState, session.ResetWifiAsync(CancellationToken.None));
        await AssertFailsAsync(ProvisioningErrorReason.InvalidDeviceState, session.ReprovisionWifiAsync(CancellationToken.None));
        await session.GetWifiStatusAsync(CancellationToken.None);
        Assert.Equal(1, session.HandshakeCount);
    }

    [Fact]
    public async Task Apply_alone_is_sent_once_and_a_lost_reply_is_reported()
    {
        ScriptedDevice device = new ScriptedDevice().Break(FirstVerb, Fault.ReplyLost);
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        await AssertFailsAsync(ProvisioningErrorReason.SessionLost, session.ApplyWifiCredentialAsync(CancellationToken.None));
        Assert.Equal((1, true), (device.Applies, session.CredentialsApplied));
        await session.ResetWifiAsync(CancellationToken.None);
        Assert.False(session.CredentialsApplied);
    }

    [Fact]
    public async Task Verbs_queue_up_and_closing_ends_them_all()
    {
        ScriptedDevice device = new ScriptedDevice().Break(FirstVerb, Fault.Stalled);
        ProvisioningSession session = await device.ConnectAsync(_clock);
        Task<WifiStatus> first = session.GetWifiStatusAsync(CancellationToken.None);
        Task<WifiStatus> second = session.GetWifiStatusAsync(CancellationToken.None);
        Assert.Equal(FirstVerb + 1, device.Requests.Count);
        await session.DisposeAsync();
        await AssertFailsAsync(ProvisioningErrorReason.SessionClosed, first);
        await AssertFailsAsync(ProvisioningErrorReason.SessionClosed, second);
        Assert.Equal(FirstVerb + 1, device.Requests.Count);
    }

    [Fact]
    public async Task A_cancelled_verb_leaves_a_session_that_begins_anew()
    {
        ScriptedDevice device = new ScriptedDevice().Break(FirstVerb, Fault.Stalled);
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        using var stop = new CancellationTokenSource();
        Task<WifiStatus> stalled = session.GetWifiStatusAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stalled);
        Assert.Equal(WifiState.Connecting, (await session.GetWifiStatusAsync(CancellationToken.None)).State);
        Assert.Equal(2, session.HandshakeCount);
    }

    private static ProvisioningDevice Device => new() { Name = "PROV_SCRIPT", Address = "device", Transport = ProvisioningTransport.SoftAP };

    private static List<WifiScanEntry> Networks(int count) => [.. Enumerable.Range(0, count).Select(i => new WifiScanEntry
    {
        Ssid = ByteString.CopyFromUtf8($"net{i}"),
        Bssid = ByteString.CopyFrom(0x0a, 0xc4, 0x10, 0, 0, (byte)i),
        Channel = (uint)i + 1,
        Rssi = -30 - i,
        Auth = 3,
    })];

    private static async Task<ProvisioningException> AssertFailsAsync(ProvisioningErrorReason reason, Task task)
    {
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => task);
        Assert.Equal(reason, error.Reason);
        return error;
    }

    /// <summary>Security 0 that can tell a tampered reply.</summary>
    private sealed class TamperedScheme : ISecurityScheme
    {
        public const byte Mark = 0xee;

        public SecurityVersion Version => SecurityVersion.Security0;

        public async Task EstablishAsync(HandshakeExchange exchange, CancellationToken cancellationToken) =>
            await exchange(new byte[] { 1 }, cancellationToken);

        public byte[] Encrypt(ReadOnlySpan<byte> plaintext) => plaintext.ToArray();

        public byte[] Decrypt(ReadOnlySpan<byte> ciphertext) => ciphertext is [.., Mark]
            ? throw new ProvisioningException(ProvisioningErrorReason.DecryptionFailed, "tampered with")
            : ciphertext.ToArray();

        public void Dispose()
        {
        }
    }
}
