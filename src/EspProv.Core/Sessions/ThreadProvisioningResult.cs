using EspProv.Networks.Thread;

namespace EspProv.Sessions;

/// <summary>The result of setting and applying a Thread dataset.</summary>
public sealed record ThreadProvisioningResult
{
    /// <summary>The outcome; <see cref="ProvisioningOutcome.Connected"/> when the device reports that it is attached.</summary>
    public required ProvisioningOutcome Outcome { get; init; }

    /// <summary>The network's name in the dataset; null if absent.</summary>
    public string? NetworkName { get; init; }

    /// <summary>DatasetInvalid or NetworkNotFound when it failed; a sentence if the outcome is unknown.</summary>
    public string? Reason { get; init; }

    /// <summary>The PAN ID of the network that it is attached to, 0…65535.</summary>
    public int? PanId { get; init; }

    /// <summary>The extended PAN ID of the network that it is attached to, as lower-case hex.</summary>
    public string? ExtendedPanId { get; init; }

    /// <summary>The channel it is on.</summary>
    public int? Channel { get; init; }

    /// <summary>From the set command to the outcome.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What reported that it is connected or failed; null for none.</summary>
    public ProvisioningWitness? Witness { get; init; }

    /// <summary>The last status, of the device or of its board's log (<see cref="Witness"/>); null for none.</summary>
    public ThreadStatus? LastStatus { get; init; }

    internal static ThreadProvisioningResult Of(ThreadDataset dataset, JoinResult result)
    {
        var status = (ThreadStatus?)result.Status;
        ThreadStatus? attached = result.Outcome is ProvisioningOutcome.Connected ? status : null;
        return new ThreadProvisioningResult
        {
            Outcome = result.Outcome,
            NetworkName = attached?.NetworkName ?? UntrustedText.Show(dataset.NetworkName),
            Reason = result.Reason,
            PanId = attached?.PanId,
            ExtendedPanId = attached?.ExtendedPanId,
            Channel = attached?.Channel,
            Duration = result.Duration,
            Witness = result.Witness,
            LastStatus = status,
        };
    }
}
