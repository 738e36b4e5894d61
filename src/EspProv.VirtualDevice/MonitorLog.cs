using System.Globalization;

namespace EspProv.Virtual;

/// <summary>
/// What a serial monitor would show: <c>I (445) app: Starting provisioning</c>, with the milliseconds since the device was powered on.
/// Clients decide how much is written, so that only the newest lines are kept. What a client sent cannot break a line, nor act on a terminal.
/// </summary>
internal sealed class MonitorLog
{
    /// <summary>The most lines that are kept.</summary>
    public const int MaxLines = 4096;

    /// <summary>The most characters that are kept, over all lines.</summary>
    public const int MaxCharacters = 1024 * 1024;

    private readonly TimeProvider _timeProvider;
    private readonly object _lock = new();
    private readonly Queue<string> _lines = new();
    private int _characters;
    private long _dropped;
    private long _boot;

    public MonitorLog(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _boot = timeProvider.GetTimestamp();
    }

    /// <summary>A line was added. Raised outside of any lock, on the thread that wrote it.</summary>
    public event Action<string>? LineWritten;

    /// <summary>A copy of the lines that are kept, and how many were dropped before the first of them.</summary>
    public IReadOnlyList<string> Read(out long dropped)
    {
        lock (_lock)
        {
            dropped = _dropped;
            return _lines.ToArray();
        }
    }

    /// <summary>Time starts at zero again; the lines stay, as in a monitor that was left open.</summary>
    public void Boot() => Interlocked.Exchange(ref _boot, _timeProvider.GetTimestamp());

    /// <summary>Writes an information line, and the lines that go with it without a prefix of their own.</summary>
    public void Info(string tag, string message, params string[] continuation) => Write('I', tag, message, continuation);

    /// <summary>Writes an error line, and the lines that go with it without a prefix of their own.</summary>
    public void Error(string tag, string message, params string[] continuation) => Write('E', tag, message, continuation);

    private void Write(char level, string tag, string message, string[] continuation)
    {
        long milliseconds = (long)_timeProvider.GetElapsedTime(Interlocked.Read(ref _boot)).TotalMilliseconds;
        string first = UntrustedText.Show(string.Create(CultureInfo.InvariantCulture, $"{level} ({milliseconds}) {tag}: {message}"));
        continuation = [.. continuation.Select(line => UntrustedText.Show(line))];
        lock (_lock)
        {
            Add(first);
            foreach (string line in continuation)
                Add(line);
        }

        LineWritten?.Invoke(first);
        foreach (string line in continuation)
            LineWritten?.Invoke(line);
    }

    private void Add(string line)
    {
        _lines.Enqueue(line);
        _characters += line.Length;
        while (_lines.Count > MaxLines || _characters > MaxCharacters)
        {
            _characters -= _lines.Dequeue().Length;
            _dropped++;
        }
    }
}
