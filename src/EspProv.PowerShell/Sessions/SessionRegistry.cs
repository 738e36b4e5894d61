using System.Collections.Concurrent;
using System.Globalization;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Sessions;

/// <summary>The sessions that Connect-EspProvSession opened and that are not disconnected yet, by number.</summary>
internal sealed class SessionRegistry
{
    private readonly ConcurrentDictionary<int, EspProvSession> _sessions = new();
    private int _lastId;

    /// <summary>The one registry; all runspaces of the process share it, ForEach-Object -Parallel included.</summary>
    internal static SessionRegistry Current { get; } = new();

    /// <summary>All sessions, oldest first.</summary>
    internal IReadOnlyList<EspProvSession> All => [.. _sessions.Values.OrderBy(session => session.Id)];

    /// <summary>Adds a session under a new number; numbers are not reused in a process.</summary>
    internal void Add(EspProvSession session)
    {
        session.Id = Interlocked.Increment(ref _lastId);
        _sessions[session.Id] = session;
    }

    /// <summary>Removes a session; true for the one caller that must close it.</summary>
    internal bool Remove(EspProvSession session) => _sessions.TryRemove(session.Id, out _);

    /// <summary>Closes all sessions, without waiting.</summary>
    internal void CloseAll()
    {
        foreach (EspProvSession session in All.Where(Remove))
            session.CloseInBackground();
    }

    internal EspProvSession? ById(int id) => _sessions.GetValueOrDefault(id);

    /// <summary>The sessions whose device's name matches a wildcard pattern.</summary>
    internal IReadOnlyList<EspProvSession> ByName(string pattern) => new NamePattern(pattern).Select(All, session => [session.Name]);

    /// <summary>The sessions with that number or device name.</summary>
    internal IEnumerable<EspProvSession> Find(string idOrName) =>
        int.TryParse(idOrName, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && ById(id) is { } session
            ? [session]
            : ByName(idOrName);
}
