namespace EspProv.Sessions;

/// <summary>A sentence about the course of a session; never a secret.</summary>
/// <param name="Message">The sentence. What devices say is in it as text to show.</param>
/// <param name="Level">Who wants to read it.</param>
public sealed record SessionNotice(string Message, SessionNoticeLevel Level)
{
    /// <summary>The sentence.</summary>
    public string Message { get; init; } = UntrustedText.Show(Message);
}

/// <summary>Who wants to read a <see cref="SessionNotice"/>.</summary>
public enum SessionNoticeLevel
{
    /// <summary>An exchange with the device: endpoint, lengths and time, and nothing of the content.</summary>
    Debug,

    /// <summary>A step that was taken: the scheme, a handshake, a scan, credentials that were sent, a change of state.</summary>
    Information,

    /// <summary>What the user should know of the session's security.</summary>
    Warning,
}
