using EspProv.Networks;

namespace EspProv.Sessions;

/// <summary>
/// Observes outside the link whether a device joins a network, such as in the log of its board. It is used only if the device itself did
/// not report the outcome of its join.
/// </summary>
public interface IJoinWitness : IAsyncDisposable
{
    /// <summary>
    /// The outcome of the expected join, as the device would report it: connected or failed; null while unknown. Read on any thread.
    /// </summary>
    NetworkStatus? Outcome { get; }

    /// <summary>Why the witness can no longer observe, as a sentence for the user; null while it can.</summary>
    string? Problem { get; }

    /// <summary>Announces credentials for the device: earlier observations no longer count.</summary>
    /// <param name="credential">The network; owned by the caller, who disposes of it after the join.</param>
    void Expect(NetworkCredential credential);
}
