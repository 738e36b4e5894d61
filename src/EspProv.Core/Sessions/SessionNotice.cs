namespace EspProv.Sessions;

/// <summary>A notice for the user.</summary>
/// <param name="Message">A sentence, safe to show.</param>
/// <param name="Level">Its severity.</param>
public sealed record SessionNotice(string Message, SessionNoticeLevel Level)
{
    /// <summary>The sentence.</summary>
    public string Message { get; init; } = UntrustedText.Show(Message);
}

/// <summary>The level of a <see cref="SessionNotice"/>.</summary>
public enum SessionNoticeLevel
{
    /// <summary>An exchange with the device: endpoint, lengths and time, and nothing of the content.</summary>
    Debug,

    /// <summary>A step that was taken: the scheme, a handshake, a scan, credentials that were sent, a change of state.</summary>
    Information,

    /// <summary>What the user should know of the session's security.</summary>
    Warning,
}
