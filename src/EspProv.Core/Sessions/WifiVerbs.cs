using EspProv.Devices;
using EspProv.Networks;
using EspProv.Networks.Wifi;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>The requests for Wi-Fi.</summary>
internal sealed class WifiVerbs(SecureChannel channel) : NetworkVerbs(channel)
{
    public override string KindName => "Wi-Fi";

    public override string What => JoinFailure.CredentialName(ProvisioningNetwork.Wifi);

    public override string Some => "credentials";

    public override string WereApplied => "The credentials were applied";

    public override string MayNotHaveArrived => "The credentials may not have arrived";

    public override async Task<NetworkStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        GetWifiStatusResp response = await Channel.RequestAsync(
            EndpointNames.Config, WifiConfigCodec.EncodeGetStatus(), WifiConfigCodec.ParseStatusReply,
            cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(response.Status, "report its Wi-Fi status", EndpointNames.Config);
        return ToStatus(response);
    }

    public override Task<Status> ApplyAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(EndpointNames.Config, WifiConfigCodec.EncodeApply(), WifiConfigCodec.ParseApplyReply, cancellationToken);

    public override Task<Status> ResetAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(EndpointNames.Control, ControlCodec.EncodeWifiReset(), ControlCodec.ParseWifiResetReply, cancellationToken);

    public override Task<Status> ReprovisionAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(
            EndpointNames.Control, ControlCodec.EncodeWifiReprovision(), ControlCodec.ParseWifiReprovisionReply, cancellationToken);

    protected override Status ParseSetReply(byte[] reply) => WifiConfigCodec.ParseSetReply(reply);

    private static WifiStatus ToStatus(GetWifiStatusResp response) => new()
    {
        State = (WifiState)(int)response.StaState,
        FailReason = response.DetailCase is GetWifiStatusResp.DetailOneofCase.FailReason ? (WifiFailReason)(int)response.FailReason : null,

        // 0 attempts are omitted on the wire: the presence of the message counts (PROTOCOL.md §3).
        AttemptsRemaining = response.AttemptFailed is { } attempt ? (int)Math.Min(attempt.AttemptsRemaining, int.MaxValue) : null,
        IPAddress = response.Connected?.Ip4Addr,
        Ssid = response.Connected is { } connected ? UntrustedText.Show(connected.Ssid.Span) : null,
        SsidBytes = response.Connected is { } network ? network.Ssid.Memory : null,
        Bssid = response.Connected is { } accessPoint ? HardwareAddress.Format(accessPoint.Bssid.Span) : null,
        Channel = response.Connected?.Channel,
        Auth = (WifiAuthMode?)response.Connected?.AuthMode,
    };
}
