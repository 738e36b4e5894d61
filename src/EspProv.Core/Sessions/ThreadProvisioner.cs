using EspProv.Networks.Thread;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>Set, apply and follow for Thread (PROTOCOL.md §3, §9).</summary>
internal sealed class ThreadProvisioner(SecureChannel channel, TimeProvider timeProvider) : NetworkProvisioner<ThreadStatus>(channel, timeProvider)
{
    protected override string What => "the dataset";

    protected override string Some => "a dataset";

    protected override string Kind => "Thread";

    /// <summary>SetThreadConfig. Setting the same again changes nothing, so it is safe to repeat.</summary>
    public async Task SetAsync(ThreadDataset dataset, CancellationToken cancellationToken)
    {
        Status status = await Channel.RequestAsync(
            EndpointNames.Config, ThreadConfigCodec.EncodeSet(dataset.Tlvs.Bytes), ThreadConfigCodec.ParseSetReply, cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, "take the dataset", EndpointNames.Config);
    }

    /// <inheritdoc/>
    public override async Task<ThreadStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        GetThreadStatusResp response = await Channel.RequestAsync(
            EndpointNames.Config, ThreadConfigCodec.EncodeGetStatus(), ThreadConfigCodec.ParseStatusReply, cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(response.Status, "report its Thread status", EndpointNames.Config);
        return ToStatus(response);
    }

    /// <summary>Set, apply, and follow until the device says how it ended or <paramref name="timeout"/> is over.</summary>
    public async Task<ThreadProvisioningResult> ProvisionAsync(
        ThreadDataset dataset, TimeSpan timeout, IProgress<ThreadStatus>? progress, CancellationToken cancellationToken)
    {
        Followed followed;
        try
        {
            // A Thread network is known by its key, which no status tells.
            followed = await ProvisionAsync(token => SetAsync(dataset, token), _ => true, timeout, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (ProvisioningException e) when (e.Reason is ProvisioningErrorReason.InvalidDeviceState)
        {
            // The device refuses to apply a dataset that it cannot make sense of, and only its status tells that from a wrong state.
            ThreadStatus status = await GetStatusAsync(cancellationToken).ConfigureAwait(false);
            if (status is not { State: ThreadAttachState.AttachingFailed, FailReason: ThreadAttachFailReason.DatasetInvalid })
                throw;
            followed = new Followed(ProvisioningOutcome.Failed, status, status.FailReason.ToString());
        }

        ThreadStatus? attached = followed.Outcome is ProvisioningOutcome.Connected ? followed.Status : null;
        return new ThreadProvisioningResult
        {
            Outcome = followed.Outcome,
            NetworkName = attached?.NetworkName ?? UntrustedText.Show(dataset.NetworkName),
            Reason = followed.Reason,
            PanId = attached?.PanId,
            ExtendedPanId = attached?.ExtendedPanId,
            Channel = attached?.Channel,
            Duration = followed.Duration,
            LastStatus = followed.Status,
        };
    }

    protected override Task<Status> SendApplyAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(EndpointNames.Config, ThreadConfigCodec.EncodeApply(), ThreadConfigCodec.ParseApplyReply, cancellationToken);

    protected override Task<Status> SendResetAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(EndpointNames.Control, ControlCodec.EncodeThreadReset(), ControlCodec.ParseThreadResetReply, cancellationToken);

    protected override Task<Status> SendReprovisionAsync(CancellationToken cancellationToken) =>
        Channel.RequestAsync(EndpointNames.Control, ControlCodec.EncodeThreadReprovision(), ControlCodec.ParseThreadReprovisionReply, cancellationToken);

    protected override (ProvisioningOutcome Outcome, string? Reason)? Conclude(ThreadStatus status) => status.State switch
    {
        ThreadAttachState.Attached => (ProvisioningOutcome.Connected, null),
        ThreadAttachState.AttachingFailed => (ProvisioningOutcome.Failed, status.FailReason?.ToString()),
        _ => null,
    };

    protected override string NameState(ThreadStatus status) => status.State.ToString();

    protected override string? NameNetwork(ThreadStatus status) => status.NetworkName;

    private static ThreadStatus ToStatus(GetThreadStatusResp response) => new()
    {
        State = (ThreadAttachState)(int)response.ThreadState,
        FailReason = response.DetailCase is GetThreadStatusResp.DetailOneofCase.FailReason ? (ThreadAttachFailReason)(int)response.FailReason : null,
        NetworkName = response.Attached is { } network ? UntrustedText.Show(network.Name.Span) : null,
        PanId = (int?)response.Attached?.PanId,
        ExtendedPanId = response.Attached is { } attached ? Convert.ToHexString(attached.ExtPanId.Span).ToLowerInvariant() : null,
        Channel = response.Attached is { } joined ? (int)Math.Min(joined.Channel, int.MaxValue) : null,
    };
}
