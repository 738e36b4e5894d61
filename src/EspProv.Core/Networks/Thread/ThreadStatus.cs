namespace EspProv.Networks.Thread;

/// <summary>One answer to a status query about Thread.</summary>
public sealed record ThreadStatus
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
}
