namespace EspProv.Commands.Sessions;

/// <summary>The session of a command that was given none: the only open one.</summary>
internal static class OnlyOpenSession
{
    /// <summary>Finds it.</summary>
    /// <param name="whenNone">What to do when no session is open, for the message.</param>
    /// <returns>The session, and no problem; or no session, and the problem.</returns>
    internal static (EspProvSession[] Sessions, string? Problem) Find(string whenNone)
    {
        EspProvSession[] open = [.. SessionRegistry.Current.All.Where(session => session.Session.IsOpen)];
        return open.Length switch
        {
            0 => ([], $"No session is open. {whenNone}"),
            1 => (open, null),
            _ => ([], $"{open.Length} sessions are open: {string.Join(", ", open.Select(session => $"{session.Id} ({session.Name})"))}. "
                + "Choose one with -Session."),
        };
    }
}
