using EspProv.Devices;
using EspProv.Networks;
using EspProv.Networks.Thread;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>The requests for Thread.</summary>
internal sealed class ThreadVerbs(SecureChannel channel) : NetworkVerbs(channel)
{
    public override string KindName => "Thread";

    public override string What => JoinFailure.CredentialName(ProvisioningNetwork.Thread);

    public override string Some => "a dataset";

    public override string WereApplied => "The dataset was applied";

    public override string MayNotHaveArrived => "The dataset may not have arrived";

    public override async Task<NetworkStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        GetThreadStatusResp response = await Channel.RequestAsync(
            EndpointNames.Config, ThreadConfigCodec.EncodeGetStatus(), ThreadConfigCodec.ParseStatusReply,
            cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(response.Status, "report its Thread status", EndpointNames.Config);
        return ToStatus(response);
    }

    public override Task<Status> ApplyAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(EndpointNames.Config, ThreadConfigCodec.EncodeApply(), ThreadConfigCodec.ParseApplyReply, cancellationToken);

    public override Task<Status> ResetAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(
            EndpointNames.Control, ControlCodec.EncodeThreadReset(), ControlCodec.ParseThreadResetReply, cancellationToken);

    public override Task<Status> ReprovisionAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(
            EndpointNames.Control, ControlCodec.EncodeThreadReprovision(), ControlCodec.ParseThreadReprovisionReply, cancellationToken);

    // An invalid dataset is refused on Apply, as a wrong state is.
    public override bool IsRefusal(NetworkStatus status) => status is ThreadStatus
    {
        State: ThreadAttachState.AttachingFailed,
        FailReason: ThreadAttachFailReason.DatasetInvalid,
    };

    protected override Status ParseSetReply(byte[] reply) => ThreadConfigCodec.ParseSetReply(reply);

    private static ThreadStatus ToStatus(GetThreadStatusResp response) => new()
    {
        State = (ThreadAttachState)(int)response.ThreadState,
        FailReason = response.DetailCase is GetThreadStatusResp.DetailOneofCase.FailReason
            ? (ThreadAttachFailReason)(int)response.FailReason
            : null,
        NetworkName = response.Attached is { } network ? UntrustedText.Show(network.Name.Span) : null,
        PanId = (int?)response.Attached?.PanId,
        ExtendedPanId = response.Attached is { } attached ? Convert.ToHexString(attached.ExtPanId.Span).ToLowerInvariant() : null,
        Channel = response.Attached is { } joined ? (int)Math.Min(joined.Channel, int.MaxValue) : null,
    };
}
