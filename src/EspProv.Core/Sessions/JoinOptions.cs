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
