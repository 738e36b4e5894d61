using EspProv.Devices;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Sessions;

/// <summary>
/// The client's role against the vendor's firmware code: every recorded run, the hand-tampered ones aside, with the client's
/// ephemeral secrets forced. What the recorded client did is read from its requests, and done by the session's verbs.
/// </summary>
[Trait("Category", "Vectors")]
public class SessionReplayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Those that were tampered with after the handshake are no client's protocol; the device's side answers for them.</summary>
    public static IEnumerable<object[]> Names => ((IEnumerable<object[]>)Vectors.TranscriptNames)
        .Where(row => !((string)row[0]).EndsWith("_session_errors", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_request_of_a_recorded_run_is_what_the_session_sends(string name)
    {
        Transcript transcript = Vectors.Transcript(name);
        var clock = new ManualTimeProvider();
        var transport = new ReplayTransport(transcript);
        var random = new RecordedRandomSource(
            RecordedVersion(transcript) is SecurityVersion.Security2 ? transcript.ClientSecrets.SrpPrivateA : transcript.ClientSecrets.X25519Private);
        Task<ProvisioningSession> connecting = ConnectAsync(transcript, transport, random, clock);

        TranscriptExchange last = transcript.ExchangesWith(EndpointNames.Session).Last();
        if (last.ResponseHex is null)
        {
            // On the proof that is a refusal, on the message before it only the end of the link (PROTOCOL.md §6).
            bool onProof = transcript.ExchangesWith(EndpointNames.Session).Count() > 1;
            ProvisioningException refused = await Assert.ThrowsAsync<ProvisioningException>(() => connecting);
            Assert.Equal(onProof ? ProvisioningErrorReason.WrongCredentials : ProvisioningErrorReason.SessionLost, refused.Reason);
        }
        else
        {
            await using ProvisioningSession session = await connecting;
            await RepeatRecordedVerbsAsync(transcript, transport, session, clock);
            Assert.Equal(1, session.HandshakeCount);
        }

        Assert.Empty(transport.Remaining);
        Assert.Equal(0, random.Left);
        Assert.Equal(transcript.Exchanges.Count(exchange => exchange.Endpoint != EndpointNames.Version), transport.ByteEqual + transport.ParsedEqual);
    }

    private static SecurityVersion RecordedVersion(Transcript transcript) =>
        (SecurityVersion)(int)SessionData.Parser.ParseFrom(transcript.ExchangesWith(EndpointNames.Session).First().RequestHex).SecVer;

    private static Task<ProvisioningSession> ConnectAsync(Transcript transcript, ReplayTransport transport, RecordedRandomSource random, TimeProvider clock)
    {
        SecurityVersion version = RecordedVersion(transcript);
        var options = new SessionOptions
        {
            SecurityVersion = version,
            Credential = new SecurityCredential
            {
                ProofOfPossession = version is SecurityVersion.Security1 ? new Secret(transcript.Latin1Argument("--pop") ?? []) : null,
                Username = version is SecurityVersion.Security2 ? transcript.Argument("--sec2_username") : null,
                Password = version is SecurityVersion.Security2 ? Secret.FromUtf8(transcript.Argument("--sec2_pwd")) : null,
            },
            Random = random,
            TimeProvider = clock,
        };
        var device = new ProvisioningDevice { Name = transcript.Name, Address = transcript.Name, Transport = ProvisioningTransport.SoftAP };

        // The recorded client did not believe, or did not ask, what the device says of itself; ours would refuse before it sent anything.
        bool contradicted = transcript.Device.Ready.Sec != (int)version;
        return contradicted
            ? ProvisioningSession.ConnectAsync(device, transport, options, Forced, CancellationToken.None)
            : ProvisioningSession.ConnectAsync(device, transport, options, CancellationToken.None);

        static NegotiatedScheme Forced(DeviceCapability capability, SessionOptions options, Action<SessionNotice> notify) =>
            new(options.SecurityVersion!.Value, () => SecuritySchemeFactory.Create(
                new SecurityChoice(options.SecurityVersion.Value, []), options.Credential, capability.SecurityPatchVersion, options.Random));
    }

    private static async Task RepeatRecordedVerbsAsync(
        Transcript transcript, ReplayTransport transport, ProvisioningSession session, ManualTimeProvider clock)
    {
        while (transport.Remaining.FirstOrDefault() is { } next)
        {
            switch (next.Endpoint)
            {
                case EndpointNames.Scan:
                    await RepeatScanAsync(transport, session, clock);
                    break;
                case EndpointNames.Control:
                    await RepeatControlAsync(next, session);
                    break;
                case EndpointNames.Config when ConfigOf(next).Msg is ConfigMessage.ConfigSetWifiConfigCmd:
                    await RepeatProvisioningAsync(transcript, transport, session, clock);
                    break;
                case EndpointNames.Config:
                    Assert.Equal(ConfigMessage.ConfigGetWifiStatusCmd, ConfigOf(next).Msg);
                    AssertSame(StatusOf(next), await session.GetWifiStatusAsync(CancellationToken.None));
                    break;
                default:
                    byte[] data = transcript.Latin1Argument("--custom_data") ?? next.PlainRequestHex!;
                    Assert.Equal(next.PlainResponseHex, await session.SendCustomDataAsync(next.Endpoint, data, CancellationToken.None));
                    break;
            }
        }
    }

    private static async Task RepeatScanAsync(ReplayTransport transport, ProvisioningSession session, ManualTimeProvider clock)
    {
        var scan = transport.Remaining.TakeWhile(exchange => exchange.Endpoint == EndpointNames.Scan).ToList();
        WifiScanStartCmd start = ScanPayload.Parser.ParseFrom(scan[0].PlainRequestHex).WifiStartCmd;
        var options = new WifiScanOptions { Passive = start.Passive, PeriodMs = (int)start.PeriodMs, GroupChannels = (int)start.GroupChannels };
        if (options == new WifiScanOptions { GroupChannels = transport.ScanGroupChannels })
            options = new WifiScanOptions(); // What the recorded client chose is what ours chooses by itself.
        IReadOnlyList<WifiAccessPoint> found = await clock.RunAsync(session.ScanWifiAsync(options, CancellationToken.None));

        var recorded = scan.Select(exchange => ScanPayload.Parser.ParseFrom(exchange.PlainResponseHex))
            .Where(payload => payload.WifiResultResp is not null).SelectMany(payload => payload.WifiResultResp.Entries).ToList();
        Assert.Equal(
            recorded.Select(entry => (UntrustedText.Show(entry.Ssid.Span), Convert.ToHexStringLower(entry.Bssid.Span), (int)entry.Channel, entry.Rssi, entry.Auth)),
            found.Select(ap => (ap.Ssid, ap.Bssid.Replace(":", "", StringComparison.Ordinal), ap.Channel, ap.Rssi, (int)ap.Auth)));
        Assert.Equal(recorded.Select(entry => entry.Ssid), found.Select(ap => ByteString.CopyFrom(ap.SsidBytes.Span)));
    }

    private static async Task RepeatControlAsync(TranscriptExchange next, ProvisioningSession session)
    {
        bool isReset = CtrlPayload.Parser.ParseFrom(next.PlainRequestHex).Msg is CtrlMessage.CtrlWifiResetCmd;
        Task verb = isReset ? session.ResetWifiAsync(CancellationToken.None) : session.ReprovisionWifiAsync(CancellationToken.None);
        await AssertEndsAsRecordedAsync(CtrlPayload.Parser.ParseFrom(next.PlainResponseHex).Status, verb);
        Assert.True(session.IsOpen);
    }

    private static async Task RepeatProvisioningAsync(
        Transcript transcript, ReplayTransport transport, ProvisioningSession session, ManualTimeProvider clock)
    {
        SetWifiConfigCmd set = ConfigOf(transport.Remaining.First()).SetWifiConfigCmd;
        using var credential = new WifiCredential(
            transcript.Latin1Argument("--ssid") ?? set.Ssid.ToByteArray(),
            new Secret(transcript.Latin1Argument("--passphrase") ?? set.Passphrase.ToByteArray()));
        Status applied = ConfigPayload.Parser.ParseFrom(transport.Remaining.ElementAt(1).PlainResponseHex).ApplyWifiConfigResp.Status;
        var statuses = transport.Remaining.Skip(2).TakeWhile(exchange => exchange.Endpoint == EndpointNames.Config).Select(StatusOf).ToList();
        GetWifiStatusResp? end = statuses.Find(status => status.StaState is StaState.StaConnected or StaState.StaConnectionFailed);

        // After a refusal our client asks for the status, to say why; the recorded one did not.
        transport.MayExceed = applied is not Status.Success;

        // A run that ends before the device knew is followed by hand, query by query.
        Task<WifiProvisioningResult> provisioning =
            session.ProvisionWifiAsync(credential, end is null ? TimeSpan.Zero : Patience, null, CancellationToken.None);
        if (applied is not Status.Success)
        {
            await AssertEndsAsRecordedAsync(applied, provisioning);
            Assert.False(session.CredentialsApplied);
            return;
        }

        WifiProvisioningResult result = await clock.RunAsync(provisioning);
        Assert.True(session.CredentialsApplied);
        Assert.Equal(credential.SsidText, result.Ssid);
        switch (end?.StaState)
        {
            case null:
                Assert.Equal(ProvisioningOutcome.Applied, result.Outcome);
                break;
            case StaState.StaConnected:
                Assert.Equal(ProvisioningOutcome.Connected, result.Outcome);
                Assert.Equal(end.Connected.Ip4Addr, result.IPAddress);
                AssertSame(end, result.LastStatus!);
                break;
            default:
                Assert.Equal(ProvisioningOutcome.Failed, result.Outcome);
                Assert.Equal(end.FailReason is StaFailReason.StaAuthError ? "AuthError" : "NetworkNotFound", result.Reason);
                AssertSame(end, result.LastStatus!);
                break;
        }
    }

    private static async Task AssertEndsAsRecordedAsync(Status status, Task verb)
    {
        if (status is Status.Success)
        {
            await verb;
            return;
        }

        ProvisioningException refused = await Assert.ThrowsAsync<ProvisioningException>(() => verb);
        Assert.Equal((DeviceStatus)(int)status, refused.DeviceStatus);
        Assert.Equal(
            status is Status.InternalError ? ProvisioningErrorReason.InvalidDeviceState : ProvisioningErrorReason.DeviceError, refused.Reason);
    }

    private static void AssertSame(GetWifiStatusResp recorded, WifiStatus status)
    {
        Assert.Equal((int)recorded.StaState, (int)status.State);
        Assert.Equal(recorded.HasFailReason ? (int)recorded.FailReason : null, (int?)status.FailReason);
        Assert.Equal((int?)recorded.AttemptFailed?.AttemptsRemaining, status.AttemptsRemaining);
        Assert.Equal(recorded.Connected?.Ip4Addr, status.IPAddress);
        Assert.Equal(recorded.Connected is { } joined ? UntrustedText.Show(joined.Ssid.Span) : null, status.Ssid);
        Assert.Equal(recorded.Connected is { } ap ? Convert.ToHexStringLower(ap.Bssid.Span) : null, status.Bssid?.Replace(":", "", StringComparison.Ordinal));
        Assert.Equal(recorded.Connected?.Channel, status.Channel);
        Assert.Equal(recorded.Connected?.AuthMode, (int?)status.Auth);
    }

    private static ConfigPayload ConfigOf(TranscriptExchange exchange) => ConfigPayload.Parser.ParseFrom(exchange.PlainRequestHex);

    private static GetWifiStatusResp StatusOf(TranscriptExchange exchange) =>
        ConfigPayload.Parser.ParseFrom(exchange.PlainResponseHex).GetWifiStatusResp;
}
