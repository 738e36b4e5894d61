namespace EspProv;

/// <summary>One timeout shared by several steps.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly TimeProvider _timeProvider;
    private TimeSpan _timeout;
    private readonly long _start;
    private readonly CancellationTokenSource _expiry;
    private readonly CancellationTokenSource _either;

    /// <summary>Starts now; <see cref="Timeout.InfiniteTimeSpan"/> for none.</summary>
    public Deadline(TimeSpan timeout, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        _timeProvider = timeProvider;
        _timeout = timeout;
        _start = timeProvider.GetTimestamp();
        _expiry = new CancellationTokenSource(timeout, timeProvider);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _expiry.Token);
    }

    /// <summary>Cancelled when the time is up or the caller cancels.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether the time is up.</summary>
    public bool IsOver => _expiry.IsCancellationRequested || Remaining <= TimeSpan.Zero;

    /// <summary>The time that is left; never negative.</summary>
    public TimeSpan Remaining
    {
        get
        {
            if (_timeout == Timeout.InfiniteTimeSpan)
                return TimeSpan.MaxValue;
            TimeSpan remaining = _timeout - _timeProvider.GetElapsedTime(_start);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    /// <summary>Restarts the timeout with <paramref name="time"/>.</summary>
    public void Extend(TimeSpan time)
    {
        _timeout = _timeProvider.GetElapsedTime(_start) + time;
        _expiry.CancelAfter(time);
    }

    public void Dispose()
    {
        _either.Dispose();
        _expiry.Dispose();
    }
}
