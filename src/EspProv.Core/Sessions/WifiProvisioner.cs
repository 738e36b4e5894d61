using EspProv.Networks.Wifi;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>Set, apply and follow for Wi-Fi (PROTOCOL.md §9).</summary>
internal sealed class WifiProvisioner(SecureChannel channel, TimeProvider timeProvider) : NetworkProvisioner<WifiStatus>(channel, timeProvider)
{
    protected override string What => "the credentials";

    protected override string Some => "credentials";

    protected override string Kind => "Wi-Fi";

    /// <summary>SetWifiConfig. Setting the same again changes nothing, so it is safe to repeat.</summary>
    public async Task SetAsync(WifiCredential credential, CancellationToken cancellationToken)
    {
        Status status = await Channel.RequestAsync(
            EndpointNames.Config,
            WifiConfigCodec.EncodeSet(
                credential.Ssid.Span,
                credential.Passphrase is { } passphrase ? passphrase.Bytes : [],
                credential.Bssid is { } bssid ? bssid.Span : [],
                (uint)(credential.Channel ?? 0)),
            WifiConfigCodec.ParseSetReply,
            cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, "take the credentials", EndpointNames.Config);
    }

    /// <inheritdoc/>
    public override async Task<WifiStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        GetWifiStatusResp response = await Channel.RequestAsync(
            EndpointNames.Config, WifiConfigCodec.EncodeGetStatus(), WifiConfigCodec.ParseStatusReply, cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(response.Status, "report its Wi-Fi status", EndpointNames.Config);
        return ToStatus(response);
    }

    /// <summary>Set, apply, and follow until the device says how it ended or <paramref name="timeout"/> is over.</summary>
    public async Task<WifiProvisioningResult> ProvisionAsync(
        WifiCredential credential, TimeSpan timeout, IProgress<WifiStatus>? progress, CancellationToken cancellationToken)
    {
        Followed followed = await ProvisionAsync(
            token => SetAsync(credential, token), status => status.IsConnectedTo(credential.Ssid.Span), timeout, progress, cancellationToken)
            .ConfigureAwait(false);
        WifiStatus? connected = followed.Outcome is ProvisioningOutcome.Connected ? followed.Status : null;
        return new WifiProvisioningResult
        {
            Outcome = followed.Outcome,
            Ssid = credential.SsidText,
            Reason = followed.Reason,
            IPAddress = connected?.IPAddress,
            Bssid = connected?.Bssid,
            Channel = connected?.Channel,
            Auth = connected?.Auth,
            Duration = followed.Duration,
            LastStatus = followed.Status,
        };
    }

    protected override Task<Status> SendApplyAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(EndpointNames.Config, WifiConfigCodec.EncodeApply(), WifiConfigCodec.ParseApplyReply, cancellationToken);

    protected override Task<Status> SendResetAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(EndpointNames.Control, ControlCodec.EncodeWifiReset(), ControlCodec.ParseWifiResetReply, cancellationToken);

    protected override Task<Status> SendReprovisionAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(EndpointNames.Control, ControlCodec.EncodeWifiReprovision(), ControlCodec.ParseWifiReprovisionReply, cancellationToken);

    protected override (ProvisioningOutcome Outcome, string? Reason)? Conclude(WifiStatus status) => status.State switch
    {
        WifiState.Connected => (ProvisioningOutcome.Connected, null),
        WifiState.ConnectionFailed => (ProvisioningOutcome.Failed, status.FailReason?.ToString()),
        _ => null,
    };

    protected override string NameState(WifiStatus status) => status.State.ToString();

    protected override string? NameNetwork(WifiStatus status) => status.Ssid;

    private static WifiStatus ToStatus(GetWifiStatusResp response) => new()
    {
        State = (WifiState)(int)response.StaState,
        FailReason = response.DetailCase is GetWifiStatusResp.DetailOneofCase.FailReason ? (WifiFailReason)(int)response.FailReason : null,

        // 0 attempts are not on the wire: the message's presence counts (PROTOCOL.md §3).
        AttemptsRemaining = response.AttemptFailed is { } attempt ? (int)Math.Min(attempt.AttemptsRemaining, int.MaxValue) : null,
        IPAddress = response.Connected?.Ip4Addr,
        Ssid = response.Connected is { } connected ? UntrustedText.Show(connected.Ssid.Span) : null,
        SsidBytes = response.Connected is { } network ? network.Ssid.Memory : null,
        Bssid = response.Connected is { } accessPoint ? HardwareAddress.Format(accessPoint.Bssid.Span) : null,
        Channel = response.Connected?.Channel,
        Auth = (WifiAuthMode?)response.Connected?.AuthMode,
    };
}
