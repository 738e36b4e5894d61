namespace EspProv.Tests.Support;

/// <summary>A clock that stands still until it is told to advance, or to go on to the next timer; timers run on the thread that tells it.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly object _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _now;
    private int _made;

    /// <summary>Every finite wait that was asked for, in order.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_lock)
            return _now.Ticks;
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock without running any timer: what a slow device costs.</summary>
    public void Pass(TimeSpan time)
    {
        lock (_lock)
            _now += time;
    }

    /// <summary>Moves the clock, and runs every timer that is due on the way at its time.</summary>
    public void Advance(TimeSpan time)
    {
        TimeSpan end;
        lock (_lock)
            end = _now + time;
        while (FireNext(end))
        {
        }

        lock (_lock)
            _now = end;
    }

    /// <summary>
    /// Runs a task to its end, going on to the next timer whenever it waits. It is taken to wait when it has made a new timer since
    /// the last one went off, or when <paramref name="isStalled"/> says so.
    /// </summary>
    public async Task<T> RunAsync<T>(Task<T> task, Func<bool>? isStalled = null)
    {
        int seen = 0;
        while (!task.IsCompleted)
        {
            int made = Volatile.Read(ref _made);
            if ((made == seen && isStalled?.Invoke() is not true) || !FireNext())
                await Task.Delay(1);
            else
                seen = made;
        }

        return await task;
    }

    private bool FireNext(TimeSpan? until = null)
    {
        ManualTimer? next;
        lock (_lock)
        {
            next = _timers.Where(timer => until is null || timer.Due <= until).MinBy(timer => timer.Due);
            if (next is null)
                return false;
            _timers.Remove(next);
            if (next.Due > _now)
                _now = next.Due;
        }

        next.Fire();
        return true;
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._now + dueTime;
                    clock._timers.Add(this);
                    clock.Waits.Add(dueTime);
                    clock._made++;
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (clock._lock)
                clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
