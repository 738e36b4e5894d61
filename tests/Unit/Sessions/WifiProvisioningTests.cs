using EspProv.Networks.Wifi;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Sessions;

/// <summary>Set, apply and follow, with a link that breaks at every step. Exchanges: 0 proto-ver, 1 handshake, 2 set, 3 apply, 4… status.</summary>
public class WifiProvisioningTests
{
    private const int Set = 2;
    private const int Apply = 3;
    private const int FirstStatus = 4;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _clock = new();

    private static GetWifiStatusResp Elsewhere
    {
        get
        {
            GetWifiStatusResp status = ScriptedDevice.Connected;
            status.Connected.Ssid = ByteString.CopyFromUtf8("some-old-network");
            return status;
        }
    }

    [Fact]
    public async Task Connected_is_reported_with_what_the_device_said()
    {
        ScriptedDevice device = new ScriptedDevice().Report(ScriptedDevice.Connecting, ScriptedDevice.Connecting, ScriptedDevice.Connected);
        var heard = new List<WifiState>();
        (WifiProvisioningResult result, ProvisioningSession session) = await ProvisionAsync(device, progress: new Listener(heard));

        Assert.Equal(ProvisioningOutcome.Connected, result.Outcome);
        Assert.Equal(("192.168.1.42", "0a:c4:10:20:a0:28", 6, WifiAuthMode.WPA2_PSK), (result.IPAddress, result.Bssid, result.Channel, result.Auth));
        Assert.Equal("net", result.Ssid);
        Assert.Null(result.Reason);
        Assert.Equal([WifiState.Connecting, WifiState.Connecting, WifiState.Connected], heard);
        Assert.True(session.CredentialsApplied);
    }

    [Theory]
    [InlineData("0ac41020a028", "0a:c4:10:20:a0:28")]
    [InlineData("0ac41000dead", "0a:c4:10")] // what follows the 00 is the firmware's heap
    [InlineData("00c41020a028", "")]
    public async Task A_bssid_is_believed_up_to_its_first_zero_byte(string reported, string shown)
    {
        GetWifiStatusResp connected = ScriptedDevice.Connected;
        connected.Connected.Bssid = ByteString.CopyFrom(Convert.FromHexString(reported));
        (WifiProvisioningResult result, _) = await ProvisionAsync(new ScriptedDevice().Report(connected));
        Assert.Equal((shown, shown), (result.Bssid, result.LastStatus?.Bssid));
    }

    [Fact]
    public async Task Connected_to_another_network_is_not_believed()
    {
        (WifiProvisioningResult result, _) = await ProvisionAsync(new ScriptedDevice().Report(Elsewhere));
        Assert.Equal(ProvisioningOutcome.Unknown, result.Outcome);
        Assert.Contains("connected to 'some-old-network', which is not the requested network", result.Reason, StringComparison.Ordinal);
        Assert.Null(result.IPAddress);
    }

    [Fact]
    public async Task A_device_that_leaves_another_network_first_is_followed_to_the_wanted_one()
    {
        (WifiProvisioningResult result, _) = await ProvisionAsync(new ScriptedDevice().Report(Elsewhere, Elsewhere, ScriptedDevice.Connected));
        Assert.Equal((ProvisioningOutcome.Connected, "192.168.1.42"), (result.Outcome, result.IPAddress));
    }

    [Theory]
    [InlineData((int)StaFailReason.StaAuthError, "AuthError")]
    [InlineData((int)StaFailReason.StaNetworkNotFound, "NetworkNotFound")]
    public async Task Failed_is_reported_with_the_devices_reason(int reason, string expected)
    {
        ScriptedDevice device = new ScriptedDevice().Report(ScriptedDevice.Connecting, ScriptedDevice.Failed((StaFailReason)reason));
        (WifiProvisioningResult result, _) = await ProvisionAsync(device);
        Assert.Equal((ProvisioningOutcome.Failed, expected), (result.Outcome, result.Reason));
        Assert.Null(result.IPAddress);
    }

    [Theory]
    [InlineData((int)Fault.RequestLost)]
    [InlineData((int)Fault.ReplyLost)]
    [InlineData((int)Fault.TimedOut)]
    public async Task A_link_lost_at_set_costs_a_handshake_and_nothing_else(int fault)
    {
        ScriptedDevice device = new ScriptedDevice().Break(Set, (Fault)fault).Report(ScriptedDevice.Connected);
        (WifiProvisioningResult result, ProvisioningSession session) = await ProvisionAsync(device);
        Assert.Equal(ProvisioningOutcome.Connected, result.Outcome);
        Assert.Equal((1, 2), (device.Applies, session.HandshakeCount));
    }

    [Theory]
    [InlineData((int)Fault.ReplyLost)]
    [InlineData((int)Fault.TimedOut)]
    public async Task A_lost_reply_to_apply_is_followed_up_and_the_device_applies_once(int fault)
    {
        ScriptedDevice device = new ScriptedDevice().Break(Apply, (Fault)fault).Report(ScriptedDevice.Connecting, ScriptedDevice.Connected);
        (WifiProvisioningResult result, ProvisioningSession session) = await ProvisionAsync(device);
        Assert.Equal(ProvisioningOutcome.Connected, result.Outcome);
        Assert.Equal((1, 2), (device.Applies, session.HandshakeCount));
    }

    [Fact]
    public async Task An_apply_that_never_arrived_is_sent_again_in_a_new_session()
    {
        ScriptedDevice device = new ScriptedDevice().Break(Apply, Fault.RequestLost).Report(ScriptedDevice.Connecting, ScriptedDevice.Connected);
        (WifiProvisioningResult result, ProvisioningSession session) = await ProvisionAsync(device);
        Assert.Equal(ProvisioningOutcome.Connected, result.Outcome);
        Assert.Equal((2, 1, 2), (device.Sets.Count, device.Applies, session.HandshakeCount));
    }

    [Fact]
    public async Task An_apply_that_never_arrives_ends_as_unknown()
    {
        ScriptedDevice device = LoseEveryApply(new ScriptedDevice(), Apply);
        (WifiProvisioningResult result, ProvisioningSession session) = await ProvisionAsync(device);
        Assert.Equal(ProvisioningOutcome.Unknown, result.Outcome);
        Assert.Equal(0, device.Applies);
        Assert.Equal(WifiState.Connecting, result.LastStatus?.State);
        Assert.Contains("still Connecting", result.Reason, StringComparison.Ordinal);
        Assert.True(session.CredentialsApplied, "they may be on the device");
    }

    [Fact]
    public async Task Still_connecting_says_what_firmware_does_not_report()
    {
        (WifiProvisioningResult result, _) = await ProvisionAsync(new ScriptedDevice().Report(ScriptedDevice.Connecting));
        Assert.Equal(ProvisioningOutcome.Unknown, result.Outcome);
        Assert.EndsWith($"still Connecting within 30 s. {WifiFailureHints.StillConnecting}", result.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_outcome_from_before_a_reset_is_not_that_of_an_apply_that_may_not_have_arrived(bool reprovision)
    {
        var device = new ScriptedDevice
        {
            StatusBeforeApply = reprovision ? ScriptedDevice.Connected : ScriptedDevice.Failed(StaFailReason.StaAuthError),
        };
        await using ProvisioningSession session = await LoseEveryApply(device, Apply + 1).ConnectAsync(_clock);
        await (reprovision ? session.ReprovisionWifiAsync(default) : session.ResetWifiAsync(default));
        using var credential = new WifiCredential("net"u8.ToArray(), null);

        WifiProvisioningResult result = await _clock.RunAsync(session.ProvisionWifiAsync(credential, Timeout, null, default));

        Assert.Equal(ProvisioningOutcome.Unknown, result.Outcome);
        Assert.Contains("from before its reset", result.Reason, StringComparison.Ordinal);
        Assert.Equal(0, device.Applies);
    }

    [Fact]
    public async Task After_a_reset_an_apply_whose_reply_is_lost_is_believed_once_it_is_under_way()
    {
        ScriptedDevice device = new ScriptedDevice { StatusBeforeApply = ScriptedDevice.Failed(StaFailReason.StaAuthError) }
            .Break(Apply + 1, Fault.ReplyLost).Report(ScriptedDevice.Connecting, ScriptedDevice.Connected);
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        await session.ResetWifiAsync(default);
        using var credential = new WifiCredential("net"u8.ToArray(), null);

        Assert.Equal(
            ProvisioningOutcome.Connected,
            (await _clock.RunAsync(session.ProvisionWifiAsync(credential, Timeout, null, default))).Outcome);
    }

    [Theory]
    [InlineData((int)Fault.RequestLost)]
    [InlineData((int)Fault.ReplyLost)]
    [InlineData((int)Fault.TimedOut)]
    public async Task A_link_lost_at_a_status_query_is_no_failure(int fault)
    {
        ScriptedDevice device = new ScriptedDevice().Break(FirstStatus, (Fault)fault).Report(ScriptedDevice.Connecting, ScriptedDevice.Connected, ScriptedDevice.Connected);
        (WifiProvisioningResult result, ProvisioningSession session) = await ProvisionAsync(device);
        Assert.Equal(ProvisioningOutcome.Connected, result.Outcome);
        Assert.Equal((1, 2), (device.Applies, session.HandshakeCount));
    }

    [Fact]
    public async Task A_device_that_vanishes_after_apply_leaves_the_outcome_unknown_when_the_time_is_up()
    {
        ScriptedDevice device = new ScriptedDevice { UnreachableFromOpen = 2 }.Break(FirstStatus, Fault.RequestLost);
        (WifiProvisioningResult result, _) = await ProvisionAsync(device);
        Assert.Equal(ProvisioningOutcome.Unknown, result.Outcome);
        Assert.Contains("cannot be reached", result.Reason, StringComparison.Ordinal);
        Assert.Equal(Timeout, result.Duration);
    }

    [Fact]
    public async Task A_device_that_comes_back_in_time_is_asked()
    {
        ScriptedDevice device = new ScriptedDevice { UnreachableFromOpen = 2, ReachableFromOpen = 9 }.Break(FirstStatus, Fault.ReplyLost)
            .Report(ScriptedDevice.Connecting, ScriptedDevice.Failed(StaFailReason.StaAuthError));
        (WifiProvisioningResult result, _) = await ProvisionAsync(device);
        Assert.Equal(ProvisioningOutcome.Failed, result.Outcome);
        Assert.Equal(9, device.Opens);
    }

    [Fact]
    public async Task A_status_query_that_stalls_ends_with_the_deadline()
    {
        ScriptedDevice device = new ScriptedDevice().Break(FirstStatus, Fault.Stalled);
        (WifiProvisioningResult result, _) = await ProvisionAsync(device);
        Assert.Equal(ProvisioningOutcome.Unknown, result.Outcome);
        Assert.Equal(Timeout, result.Duration);
    }

    [Fact]
    public async Task Garbage_after_apply_is_asked_again_over_a_new_session()
    {
        ScriptedDevice device = new ScriptedDevice().Answer(FirstStatus, _ => [0xff, 0xff]).Report(ScriptedDevice.Connecting, ScriptedDevice.Connected);
        (WifiProvisioningResult result, ProvisioningSession session) = await ProvisionAsync(device);
        Assert.Equal(ProvisioningOutcome.Connected, result.Outcome);
        Assert.Equal(2, session.HandshakeCount);
    }

    [Fact]
    public async Task Connected_without_details_is_never_reported()
    {
        // What a device that answers zeros says: an empty status is "connected" to proto3.
        ScriptedDevice device = new ScriptedDevice().Report(new GetWifiStatusResp());
        (WifiProvisioningResult result, _) = await ProvisionAsync(device);
        Assert.Equal(ProvisioningOutcome.Unknown, result.Outcome);
    }

    [Fact]
    public async Task The_poll_starts_fast_and_backs_off_to_a_second()
    {
        var device = new ScriptedDevice();
        await ProvisionAsync(device);
        List<double> waits = [.. _clock.Waits.Where(wait => wait != Timeout).Select(wait => wait.TotalMilliseconds)];
        Assert.Equal([20, 30, 45], waits.Take(3));
        Assert.Equal(1000, waits.Max());
        Assert.All(waits.Zip(waits.Skip(1)).SkipLast(1), pair => Assert.True(pair.Second >= pair.First));
        Assert.Equal(Timeout.TotalMilliseconds, waits.Sum(), 3);
    }

    [Fact]
    public async Task Nobody_waits_for_a_timeout_of_zero()
    {
        (WifiProvisioningResult result, _) = await ProvisionAsync(new ScriptedDevice(), TimeSpan.Zero);
        Assert.Equal(ProvisioningOutcome.Applied, result.Outcome);
        (result, _) = await ProvisionAsync(new ScriptedDevice().Break(Apply, Fault.ReplyLost), TimeSpan.Zero);
        Assert.Equal(ProvisioningOutcome.Unknown, result.Outcome);
        Assert.NotNull(result.Reason);
    }

    [Fact]
    public async Task A_second_apply_is_refused_with_advice_to_reset_and_the_session_goes_on()
    {
        var device = new ScriptedDevice { ApplyStatus = Status.InternalError };
        ProvisioningSession session = await device.ConnectAsync(_clock);
        using WifiCredential credential = Credential();
        ProvisioningException refused = await Assert.ThrowsAsync<ProvisioningException>(
            () => session.ProvisionWifiAsync(credential, Timeout, null, CancellationToken.None));
        Assert.Equal((ProvisioningErrorReason.InvalidDeviceState, DeviceStatus.InternalError), (refused.Reason, refused.DeviceStatus));
        Assert.Contains("reset", refused.Message, StringComparison.OrdinalIgnoreCase);
        Assert.False(session.CredentialsApplied);

        await session.ResetWifiAsync(CancellationToken.None);
        device.ApplyStatus = Status.Success;
        device.Report(ScriptedDevice.Connected);
        WifiProvisioningResult result = await _clock.RunAsync(session.ProvisionWifiAsync(credential, Timeout, null, CancellationToken.None));
        Assert.Equal(ProvisioningOutcome.Connected, result.Outcome);
        Assert.Equal(1, session.HandshakeCount);
    }

    [Fact]
    public async Task Refused_credentials_are_not_applied()
    {
        var device = new ScriptedDevice { SetStatus = Status.InvalidArgument };
        ProvisioningSession session = await device.ConnectAsync(_clock);
        using WifiCredential credential = Credential();
        ProvisioningException refused = await Assert.ThrowsAsync<ProvisioningException>(
            () => session.ProvisionWifiAsync(credential, Timeout, null, CancellationToken.None));
        Assert.Equal((ProvisioningErrorReason.DeviceError, DeviceStatus.InvalidArgument), (refused.Reason, refused.DeviceStatus));
        Assert.Equal(0, device.Applies);
    }

    [Fact]
    public async Task Cancellation_stops_the_wait_at_once()
    {
        var device = new ScriptedDevice();
        ProvisioningSession session = await device.ConnectAsync(_clock);
        using WifiCredential credential = Credential();
        using var stop = new CancellationTokenSource();
        device.BeforeExchange = index =>
        {
            if (index == FirstStatus + 2)
                stop.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _clock.RunAsync(session.ProvisionWifiAsync(credential, Timeout, null, stop.Token)));
        Assert.Equal(FirstStatus + 3, device.Requests.Count);
        Assert.True(session.CredentialsApplied);
    }

    [Fact]
    public async Task Nothing_of_the_passphrase_stays_in_the_request_buffer()
    {
        var device = new ScriptedDevice();
        ProvisioningSession session = await device.ConnectAsync(_clock);
        using WifiCredential credential = Credential();
        await session.SetWifiCredentialAsync(credential, CancellationToken.None);
        Assert.Equal("passphrase", device.Sets.Single().Passphrase.ToStringUtf8());
        Assert.NotEqual(0, device.LastMemory.Length);
        Assert.All(device.LastMemory.ToArray(), b => Assert.Equal(0, b));
    }

    // Three of them, with a handshake and a set before each further one.
    private static ScriptedDevice LoseEveryApply(ScriptedDevice device, int first) =>
        device.Break(first, Fault.RequestLost).Break(first + 3, Fault.RequestLost).Break(first + 6, Fault.RequestLost);

    private static WifiCredential Credential() => new("net"u8.ToArray(), new Secret("passphrase"u8));

    private async Task<(WifiProvisioningResult Result, ProvisioningSession Session)> ProvisionAsync(
        ScriptedDevice device, TimeSpan? timeout = null, IProgress<WifiStatus>? progress = null)
    {
        ProvisioningSession session = await device.ConnectAsync(_clock);
        using WifiCredential credential = Credential();
        Task<WifiProvisioningResult> provisioning = session.ProvisionWifiAsync(credential, timeout ?? Timeout, progress, CancellationToken.None);
        return (await _clock.RunAsync(provisioning, () => device.IsStalled), session);
    }

    private sealed class Listener(List<WifiState> heard) : IProgress<WifiStatus>
    {
        public void Report(WifiStatus value) => heard.Add(value.State);
    }
}
