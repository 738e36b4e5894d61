namespace EspProv.Sessions;

/// <summary>A notice for the user.</summary>
/// <param name="Message">A sentence, safe to show.</param>
/// <param name="IsWarning">Whether it is a warning; verbose output otherwise.</param>
public sealed record SessionNotice(string Message, bool IsWarning)
{
    /// <summary>A sentence.</summary>
    public string Message { get; init; } = UntrustedText.Show(Message);
}
