using EspProv.Networks;

namespace EspProv.Sessions;

/// <summary>Options of a join.</summary>
internal sealed record JoinOptions
{
    /// <summary>How long to poll after Apply; zero does not poll.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>
    /// The caller prepared the device and retries by itself: a lost link is thrown, and a refused Apply means that the device is joining
    /// already. Otherwise the device is polled until the timeout, and a refusal is thrown.
    /// </summary>
    public bool CallerRetries { get; init; }

    /// <summary>Called after Apply was sent.</summary>
    public Func<Task>? OnApplied { get; init; }

    /// <summary>Used if the device did not report the outcome; null for none.</summary>
    public IJoinWitness? Witness { get; init; }

    /// <summary>Receives every status, in order.</summary>
    public IProgress<NetworkStatus>? Progress { get; init; }
}

/// <summary>The result of a join.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Status">The last status; null for none.</param>
/// <param name="Reason">The device's fail reason; a sentence if the outcome is unknown.</param>
/// <param name="Duration">From the set command to the outcome.</param>
internal readonly record struct JoinResult(ProvisioningOutcome Outcome, NetworkStatus? Status, string? Reason, TimeSpan Duration = default)
{
    /// <summary>Whether outcome and status come from a witness, and not from the device.</summary>
    public bool IsWitnessed { get; init; }

    /// <summary>What a witness reported, as a notice for the user.</summary>
    public string WitnessNotice => $"The device gave no answer, but the log of its board did: {Status!.Summary}.";

    /// <summary>What reported a Connected or Failed outcome; null for other outcomes.</summary>
    public ProvisioningWitness? Witness => Outcome is not (ProvisioningOutcome.Connected or ProvisioningOutcome.Failed) ? null
        : IsWitnessed ? ProvisioningWitness.BoardLog : ProvisioningWitness.Device;
}
