using EspProv.Networks;

namespace EspProv.Sessions;

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
