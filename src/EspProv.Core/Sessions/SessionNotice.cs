namespace EspProv.Sessions;

/// <summary>Something the user should know.</summary>
/// <param name="Message">A sentence. What devices say is in it as text to show.</param>
/// <param name="IsWarning">Separates warnings from verbose talk.</param>
public sealed record SessionNotice(string Message, bool IsWarning)
{
    /// <summary>A sentence.</summary>
    public string Message { get; init; } = UntrustedText.Show(Message);
}
