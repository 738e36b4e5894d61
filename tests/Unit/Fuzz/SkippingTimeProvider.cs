namespace EspProv.Tests.Fuzz;

/// <summary>
/// A clock on which short waits are over at once and long ones never: polling costs no time, and time-outs do not go off.
/// </summary>
internal sealed class SkippingTimeProvider : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(5);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime != Timeout.InfiniteTimeSpan && dueTime <= Short)
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new NoTimer();
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
