namespace EspProv.Networks;

/// <summary>One answer to a status query, of either kind of network (PROTOCOL.md §3).</summary>
public abstract record NetworkStatus
{
    private protected NetworkStatus()
    {
    }

    /// <summary>How far the device is.</summary>
    internal abstract JoinPhase Phase { get; }

    /// <summary>The device's own word for it.</summary>
    internal abstract string PhaseName { get; }

    /// <summary>The device's own word for why it failed; null when it did not, or does not say.</summary>
    internal abstract string? FailName { get; }

    /// <summary>The network that it is on, as text to show; null when it is on none, or does not say.</summary>
    internal abstract string? JoinedName { get; }
}

/// <summary>How far a device is on its way to a network.</summary>
internal enum JoinPhase
{
    /// <summary>It is joining, or was not told to.</summary>
    Joining,

    /// <summary>It is on a network.</summary>
    Joined,

    /// <summary>It gave up.</summary>
    Failed,
}
