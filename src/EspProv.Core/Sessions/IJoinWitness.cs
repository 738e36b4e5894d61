using EspProv.Networks;

namespace EspProv.Sessions;

/// <summary>
/// Sees from outside the link whether a device joins a network, such as in the log of its board. It is heard only where the device itself
/// did not say how its join ended.
/// </summary>
public interface IJoinWitness : IAsyncDisposable
{
    /// <summary>
    /// What the device would report of the expected join: connected or failed; null while nothing shows either. On any thread.
    /// </summary>
    NetworkStatus? Outcome { get; }

    /// <summary>Why nothing is seen any more, as a sentence for the user; null while the witness watches.</summary>
    string? Problem { get; }

    /// <summary>The device is about to be given these credentials: what was seen before does not count.</summary>
    /// <param name="credential">The network; owned by the caller, who disposes of it after the join.</param>
    void Expect(NetworkCredential credential);
}

/// <summary>Who said how a join ended.</summary>
public enum ProvisioningWitness
{
    /// <summary>The device, over its session.</summary>
    Device,

    /// <summary>The log of the device's board, on a serial port.</summary>
    BoardLog,
}
