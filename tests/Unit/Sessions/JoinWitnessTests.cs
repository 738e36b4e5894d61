using EspProv.Networks;
using EspProv.Networks.Wifi;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Sessions;

/// <summary>Who is believed of a join: the device, and a witness only where the device says nothing. Exchanges as in <see cref="WifiProvisioningTests"/>.</summary>
public sealed class JoinWitnessTests : IAsyncDisposable
{
    private const int Apply = 3;
    private const int FirstStatus = 4;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _clock = new();
    private readonly Witness _witness = new();

    [Fact]
    public async Task A_device_that_vanishes_after_apply_is_connected_where_the_witness_saw_it_and_the_wait_ends_early()
    {
        _witness.Outcome = Joined;
        WifiProvisioningResult result = await ProvisionAsync(Vanishing());
        Assert.Equal((ProvisioningOutcome.Connected, "10.0.0.7", ProvisioningWitness.BoardLog), (result.Outcome, result.IPAddress, result.Witness));
        Assert.True(result.Duration < Timeout);
        Assert.Equal(["net"], _witness.Expected);
    }

    [Fact]
    public async Task A_device_that_vanishes_after_apply_has_failed_where_the_witness_saw_it_with_the_reason()
    {
        _witness.Outcome = new WifiStatus { State = WifiState.ConnectionFailed, FailReason = WifiFailReason.AuthError };
        WifiProvisioningResult result = await ProvisionAsync(Vanishing());
        Assert.Equal((ProvisioningOutcome.Failed, "AuthError", ProvisioningWitness.BoardLog), (result.Outcome, result.Reason, result.Witness));
    }

    [Fact]
    public async Task A_witness_that_saw_nothing_changes_nothing()
    {
        WifiProvisioningResult result = await ProvisionAsync(Vanishing());
        Assert.Equal((ProvisioningOutcome.Unknown, null, Timeout), (result.Outcome, result.Witness, result.Duration));
    }

    [Fact]
    public async Task A_witness_that_sees_the_outcome_late_ends_the_wait_then()
    {
        ScriptedDevice device = Vanishing();
        _witness.OnAsked = asked => _witness.Outcome = asked == 4 ? Joined : null;
        WifiProvisioningResult result = await ProvisionAsync(device);
        Assert.Equal((ProvisioningOutcome.Connected, 4), (result.Outcome, device.Opens));
        Assert.True(result.Duration < Timeout);
    }

    [Fact]
    public async Task A_witness_is_heard_when_the_time_is_over_and_the_device_is_still_connecting()
    {
        _witness.Outcome = Joined;
        WifiProvisioningResult result = await ProvisionAsync(new ScriptedDevice());
        Assert.Equal(
            (ProvisioningOutcome.Connected, ProvisioningWitness.BoardLog, Timeout), (result.Outcome, result.Witness, result.Duration));
    }

    [Fact]
    public async Task A_witness_is_heard_when_the_last_answer_does_not_come()
    {
        _witness.Outcome = Joined;
        ScriptedDevice device = new ScriptedDevice().Break(FirstStatus, Fault.Stalled);
        Assert.Equal(ProvisioningOutcome.Connected, (await ProvisionAsync(device)).Outcome);
    }

    [Fact]
    public async Task The_device_says_that_it_failed_and_the_witness_that_it_is_connected()
    {
        _witness.Outcome = Joined;
        WifiProvisioningResult result = await ProvisionAsync(
            new ScriptedDevice().Report(ScriptedDevice.Connecting, ScriptedDevice.Failed(StaFailReason.StaAuthError)));
        Assert.Equal((ProvisioningOutcome.Failed, "AuthError", ProvisioningWitness.Device), (result.Outcome, result.Reason, result.Witness));
    }

    [Fact]
    public async Task The_device_says_that_it_is_connected_and_the_witness_that_it_failed()
    {
        _witness.Outcome = new WifiStatus { State = WifiState.ConnectionFailed };
        WifiProvisioningResult result = await ProvisionAsync(new ScriptedDevice().Report(ScriptedDevice.Connected));
        Assert.Equal(
            (ProvisioningOutcome.Connected, "192.168.1.42", ProvisioningWitness.Device), (result.Outcome, result.IPAddress, result.Witness));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_device_that_is_on_another_network_is_not_contradicted(bool vanishes)
    {
        _witness.Outcome = Joined;
        GetWifiStatusResp elsewhere = ScriptedDevice.Connected;
        elsewhere.Connected.Ssid = ByteString.CopyFromUtf8("some-old-network");
        ScriptedDevice device = new ScriptedDevice { UnreachableFromOpen = vanishes ? 2 : int.MaxValue }.Report(elsewhere);
        if (vanishes)
            device.Break(FirstStatus + 1, Fault.RequestLost);
        WifiProvisioningResult result = await ProvisionAsync(device);
        Assert.Equal((ProvisioningOutcome.Unknown, null), (result.Outcome, result.Witness));
    }

    [Fact]
    public async Task A_failure_from_before_a_reset_that_the_device_still_reports_is_not_contradicted()
    {
        _witness.OnAsked = asked => _witness.Outcome = asked > 2 ? Joined : null;
        ScriptedDevice device = new ScriptedDevice { StatusBeforeApply = ScriptedDevice.Failed(StaFailReason.StaAuthError) }
            .Break(Apply + 1, Fault.RequestLost).Break(Apply + 4, Fault.RequestLost).Break(Apply + 7, Fault.RequestLost);
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        await session.ResetWifiAsync(default);
        WifiProvisioningResult result = await JoinAsync(session, device, _witness);
        Assert.Equal((ProvisioningOutcome.Unknown, null), (result.Outcome, result.Witness));
    }

    [Fact]
    public async Task An_outcome_of_the_join_before_this_one_does_not_silence_the_witness()
    {
        ScriptedDevice device = new ScriptedDevice { UnreachableFromOpen = 2 }.Report(ScriptedDevice.Failed(StaFailReason.StaAuthError));
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        Assert.Equal(ProvisioningOutcome.Failed, (await JoinAsync(session, device, _witness)).Outcome);
        await session.ResetWifiAsync(default);

        device.Break(device.Requests.Count + 1, Fault.ReplyLost);
        _witness.Outcome = Joined;
        Assert.Equal(ProvisioningWitness.BoardLog, (await JoinAsync(session, device, _witness)).Witness);
    }

    [Fact]
    public async Task Credentials_that_were_refused_have_no_witness()
    {
        _witness.Outcome = Joined;
        var device = new ScriptedDevice { ApplyStatus = Status.InternalError };
        await Assert.ThrowsAsync<ProvisioningException>(() => ProvisionAsync(device));
    }

    [Fact]
    public async Task The_witness_of_a_session_is_heard_and_ends_with_it_and_one_of_the_join_goes_before_it()
    {
        ScriptedDevice device = Vanishing();
        ProvisioningSession session = await device.ConnectAsync(_clock);
        session.Witness = _witness;
        _witness.Outcome = Joined;
        Assert.Equal(ProvisioningWitness.BoardLog, (await JoinAsync(session, device, witness: null)).Witness);
        Assert.False(_witness.IsDisposed);
        await session.DisposeAsync();
        Assert.True(_witness.IsDisposed);

        await using ProvisioningSession second = await (device = Vanishing()).ConnectAsync(_clock);
        second.Witness = _witness;
        Assert.Null((await JoinAsync(second, device, new Witness())).Witness);
    }

    public ValueTask DisposeAsync() => _witness.DisposeAsync();

    private static WifiStatus Joined => new() { State = WifiState.Connected, IPAddress = "10.0.0.7" };

    private static ScriptedDevice Vanishing() => new ScriptedDevice { UnreachableFromOpen = 2 }.Break(FirstStatus, Fault.RequestLost);

    private async Task<WifiProvisioningResult> ProvisionAsync(ScriptedDevice device)
    {
        await using ProvisioningSession session = await device.ConnectAsync(_clock);
        return await JoinAsync(session, device, _witness);
    }

    private async Task<WifiProvisioningResult> JoinAsync(ProvisioningSession session, ScriptedDevice device, IJoinWitness? witness)
    {
        using var credential = new WifiCredential("net"u8.ToArray(), new Secret("passphrase"u8));
        return await _clock.RunAsync(session.ProvisionWifiAsync(credential, Timeout, null, witness, default), () => device.IsStalled);
    }

    private sealed class Witness : IJoinWitness
    {
        private NetworkStatus? _outcome;
        private int _asked;

        public NetworkStatus? Outcome
        {
            get
            {
                OnAsked?.Invoke(++_asked);
                return _outcome;
            }
            set => _outcome = value;
        }

        public Action<int>? OnAsked { get; set; }

        public string? Problem => null;

        public List<string> Expected { get; } = [];

        public bool IsDisposed { get; private set; }

        public void Expect(NetworkCredential credential) => Expected.Add(credential.ToString()!);

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return default;
        }
    }
}
