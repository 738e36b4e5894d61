using EspProv.Devices;
using EspProv.Networks.Thread;
using EspProv.Sessions;

namespace EspProv.Fleet.Run;

/// <summary>A Thread network. The dataset stays the row's.</summary>
internal sealed class FleetThreadNetwork(string device, ThreadDataset dataset) : FleetNetwork(device)
{
    public override ProvisioningNetwork Kind => ProvisioningNetwork.Thread;

    public override string Name => dataset.DisplayName;

    public override async Task<FleetNetworkState> GetStateAsync(ProvisioningSession session, CancellationToken cancellationToken)
    {
        ThreadStatus status = await session.GetThreadStatusAsync(cancellationToken).ConfigureAwait(false);
        return status.State switch
        {
            ThreadAttachState.Attached => new FleetNetworkState.Joined(status.NetworkName, dataset.IsOf(status)) { Channel = status.Channel },
            ThreadAttachState.AttachingFailed => Refused(status.FailReason),
            _ => new FleetNetworkState.Joining(status.State.ToString()),
        };
    }

    public override Task SetAsync(ProvisioningSession session, CancellationToken cancellationToken) => session.SetThreadDatasetAsync(dataset, cancellationToken);

    public override Task ApplyAsync(ProvisioningSession session, CancellationToken cancellationToken) => session.ApplyThreadDatasetAsync(cancellationToken);

    public override Task ResetAsync(ProvisioningSession session, CancellationToken cancellationToken) => session.ResetThreadAsync(cancellationToken);

    public override Task ReprovisionAsync(ProvisioningSession session, CancellationToken cancellationToken) => session.ReprovisionThreadAsync(cancellationToken);

    private FleetNetworkState.Refused Refused(ThreadAttachFailReason? reason) => reason switch
    {
        ThreadAttachFailReason.DatasetInvalid => new(
            nameof(ThreadAttachFailReason.DatasetInvalid), FleetErrorIds.ThreadDatasetRefused, $"{Device} could not attach to '{Name}': it cannot make sense of the dataset."),
        ThreadAttachFailReason.NetworkNotFound => new(
            nameof(ThreadAttachFailReason.NetworkNotFound), FleetErrorIds.ThreadNetworkNotFound,
            $"{Device} could not attach to '{Name}': no router of that network answered, or the network key is wrong."),
        _ => new(nameof(ThreadAttachState.AttachingFailed), FleetErrorIds.ThreadAttachFailed, $"{Device} could not attach to '{Name}'."),
    };
}
