using EspProv.Networks;

namespace EspProv.Sessions;

/// <summary>What is known about a device's join. It may outlive a session, when several are opened to one device.</summary>
internal sealed class JoinHistory
{
    /// <summary>Whether Apply was sent, not refused, and not undone by a reset.</summary>
    public bool CredentialsApplied { get; set; }

    /// <summary>The timestamp of the first Apply; null if none was sent.</summary>
    public long? AppliedAt { get; set; }

    /// <summary>
    /// A reset does not clear the reported status: until Apply was answered or the device reports joining, an outcome may be a previous
    /// one.
    /// </summary>
    public bool IsStatusOld { get; set; }

    /// <summary>
    /// Whether the device's last status since Apply was an outcome, be it of another network or from before a reset: no witness may
    /// contradict it.
    /// </summary>
    public bool IsOutcomeReported { get; set; }

    /// <summary>The outcome that a witness observed; null if it observed none, or if the device itself reported one.</summary>
    public JoinResult? FindWitnessed(IJoinWitness? witness)
    {
        if (!CredentialsApplied || IsOutcomeReported || witness?.Outcome is not { } seen)
            return null;
        ProvisioningOutcome? outcome = seen.Phase switch
        {
            JoinPhase.Joined => ProvisioningOutcome.Connected,
            JoinPhase.Failed => ProvisioningOutcome.Failed,
            _ => null,
        };
        return outcome is { } known ? new JoinResult(known, seen, seen.FailName) { IsWitnessed = true } : null;
    }
}
