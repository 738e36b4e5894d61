namespace EspProv.Networks.Thread;

/// <summary>A Thread status reply.</summary>
public sealed record ThreadStatus : NetworkStatus
{
    /// <summary>The state.</summary>
    public required ThreadAttachState State { get; init; }

    /// <summary>Why it failed, when <see cref="State"/> is AttachingFailed.</summary>
    public ThreadAttachFailReason? FailReason { get; init; }

    /// <summary>The network's name as text to show (see <see cref="UntrustedText"/>), when attached.</summary>
    public string? NetworkName { get; init; }

    /// <summary>The PAN ID, 0…65535, when attached.</summary>
    public int? PanId { get; init; }

    /// <summary>The extended PAN ID as lower-case hex, when attached.</summary>
    public string? ExtendedPanId { get; init; }

    /// <summary>The channel, when attached.</summary>
    public int? Channel { get; init; }

    internal override JoinPhase Phase => State switch
    {
        ThreadAttachState.Attached => JoinPhase.Joined,
        ThreadAttachState.AttachingFailed => JoinPhase.Failed,
        _ => JoinPhase.Joining,
    };

    internal override string PhaseName => State.ToString();

    internal override string? FailName => FailReason?.ToString();

    internal override string Summary => State switch
    {
        ThreadAttachState.Attached => $"{State} to '{NetworkName}'",
        ThreadAttachState.AttachingFailed => $"{State} ({FailReason})",
        _ => State.ToString(),
    };

    internal override string? JoinedName => NetworkName;
}
