namespace EspProv.Networks;

/// <summary>A status reply, for either kind of network (PROTOCOL.md §3).</summary>
public abstract record NetworkStatus
{
    private protected NetworkStatus()
    {
    }

    /// <summary>The device's progress.</summary>
    internal abstract JoinPhase Phase { get; }

    /// <summary>The device's state by its protocol name.</summary>
    internal abstract string PhaseName { get; }

    /// <summary>The device's fail reason by its protocol name; null if it did not fail or gives none.</summary>
    internal abstract string? FailName { get; }

    /// <summary>The state and its details, safe to show.</summary>
    internal abstract string Summary { get; }

    /// <summary>The joined network, safe to show; null if none or not reported.</summary>
    internal abstract string? JoinedName { get; }
}

/// <summary>Progress of joining a network.</summary>
internal enum JoinPhase
{
    /// <summary>Joining, or not yet told to join.</summary>
    Joining,

    /// <summary>Joined a network.</summary>
    Joined,

    /// <summary>Failed.</summary>
    Failed,
}
