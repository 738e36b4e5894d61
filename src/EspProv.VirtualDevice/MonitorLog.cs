using System.Globalization;

namespace EspProv.Virtual;

/// <summary>
/// What a serial monitor would show: <c>I (445) app: Starting provisioning</c>, with the milliseconds since the device was powered on. What a
/// client sent cannot break a line, nor act on a terminal.
/// </summary>
internal sealed class MonitorLog
{
    private readonly TimeProvider _timeProvider;
    private readonly object _lock = new();
    private readonly List<string> _lines = [];
    private long _boot;

    public MonitorLog(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _boot = timeProvider.GetTimestamp();
    }

    /// <summary>A line was added. Raised outside of any lock, on the thread that wrote it.</summary>
    public event Action<string>? LineWritten;

    /// <summary>A copy of the lines so far.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
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
            _lines.Add(first);
            _lines.AddRange(continuation);
        }

        LineWritten?.Invoke(first);
        foreach (string line in continuation)
            LineWritten?.Invoke(line);
    }
}
