using System.Globalization;

namespace EspProv.Virtual;

/// <summary>
/// The output of a serial monitor: <c>I (445) app: Starting provisioning</c>, with the milliseconds since the device was powered on.
/// Only the newest lines are kept, since clients cause output. Text from clients is safe to show.
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

    /// <summary>Raised after a line was added, outside of any lock, on the writing thread.</summary>
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

    /// <summary>Restarts time at zero; the lines are kept, as in an open monitor.</summary>
    public void Boot() => Interlocked.Exchange(ref _boot, _timeProvider.GetTimestamp());

    /// <summary>Writes an information line, and further lines without a prefix.</summary>
    public void Info(string tag, string message, params string[] continuation) => Write('I', tag, message, continuation);

    /// <summary>Writes an error line, and further lines without a prefix.</summary>
    public void Error(string tag, string message, params string[] continuation) => Write('E', tag, message, continuation);

    /// <summary>Writes a line without a prefix.</summary>
    public void Plain(string line) => Write(line, []);

    private void Write(char level, string tag, string message, string[] continuation)
    {
        long milliseconds = (long)_timeProvider.GetElapsedTime(Interlocked.Read(ref _boot)).TotalMilliseconds;
        Write(string.Create(CultureInfo.InvariantCulture, $"{level} ({milliseconds}) {tag}: {message}"), continuation);
    }

    private void Write(string first, string[] continuation)
    {
        first = UntrustedText.Show(first);
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
