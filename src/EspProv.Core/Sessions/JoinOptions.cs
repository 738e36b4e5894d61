using EspProv.Networks;

namespace EspProv.Sessions;

/// <summary>How a device is made to join a network, and followed there.</summary>
internal sealed record JoinOptions
{
    /// <summary>How long to follow, counted from Apply; zero for not at all.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>
    /// The caller prepared the device and will try again: a lost link is thrown, and a device that refuses Apply is at it already. Otherwise
    /// the device is asked until the time is over, and that refusal is thrown.
    /// </summary>
    public bool CallerRetries { get; init; }

    /// <summary>Called when Apply has gone out.</summary>
    public Func<Task>? OnApplied { get; init; }

    /// <summary>Hears every status, in order.</summary>
    public IProgress<NetworkStatus>? Progress { get; init; }
}

/// <summary>What came of it.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Status">The last status that the device gave; null when it gave none.</param>
/// <param name="Reason">The device's word for why it failed; a sentence when the outcome is unknown.</param>
/// <param name="Duration">From the set command to the outcome.</param>
internal readonly record struct JoinResult(ProvisioningOutcome Outcome, NetworkStatus? Status, string? Reason, TimeSpan Duration = default);
