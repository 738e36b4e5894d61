using System.Collections.Immutable;

namespace EspProv.Sessions;

/// <summary>
/// Delivers notices to listeners, and stores the first <see cref="MaxKept"/> until one is added, since a session's first notices come
/// before that. A warning is delivered once per session, even if later handshakes repeat it.
/// </summary>
internal sealed class SessionNotices
{
    /// <summary>More than the start of a session produces; a device that keeps losing its link adds no more.</summary>
    public const int MaxKept = 64;

    private readonly object _lock = new();
    private List<SessionNotice>? _kept = [];
    private Action<SessionNotice>? _listeners;
    private ImmutableList<string> _warnings = [];

    /// <summary>The warnings so far.</summary>
    public IReadOnlyList<string> Warnings => Volatile.Read(ref _warnings);

    /// <summary>Adds a listener; the first one receives the stored notices before this returns.</summary>
    public void Add(Action<SessionNotice>? listener)
    {
        if (listener is null)
            return;
        List<SessionNotice>? kept;
        lock (_lock)
        {
            _listeners += listener;
            kept = _kept;
            _kept = null;
        }

        kept?.ForEach(listener);
    }

    public void Remove(Action<SessionNotice>? listener)
    {
        lock (_lock)
            _listeners -= listener;
    }

    public void Raise(SessionNotice notice)
    {
        Action<SessionNotice>? listeners;
        lock (_lock)
        {
            if (notice.Level is SessionNoticeLevel.Warning)
            {
                if (_warnings.Contains(notice.Message))
                    return;
                _warnings = _warnings.Add(notice.Message);
            }

            if (_kept is { Count: < MaxKept } kept)
                kept.Add(notice);
            listeners = _listeners;
        }

        listeners?.Invoke(notice);
    }
}
