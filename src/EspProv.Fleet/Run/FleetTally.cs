using System.Collections.Concurrent;

namespace EspProv.Fleet.Run;

/// <summary>Counts what a run has done, from any thread.</summary>
internal sealed class FleetTally(TimeProvider timeProvider)
{
    private readonly ConcurrentDictionary<int, FleetActivity> _active = new();
    private readonly long _start = timeProvider.GetTimestamp();
    private int _rows;
    private int _finished;
    private int _tried;
    private int _connected;

    /// <summary>The progress.</summary>
    public FleetProgress Progress => new()
    {
        Rows = Rows,
        Finished = Volatile.Read(ref _finished),
        Tried = Volatile.Read(ref _tried),
        Connected = Volatile.Read(ref _connected),
        Elapsed = timeProvider.GetElapsedTime(_start),
        Active = [.. _active.Values.OrderBy(activity => activity.Row)],
    };

    /// <summary>The rows of the plan so far.</summary>
    public int Rows => Volatile.Read(ref _rows);

    /// <summary>Counts a row of the plan.</summary>
    public void AddRow() => Interlocked.Increment(ref _rows);

    /// <summary>Notes that a row is worked on.</summary>
    public void Note(FleetActivity activity) => _active[activity.Row] = activity;

    /// <summary>Notes that a row is not worked on, until its next attempt or for good.</summary>
    public void SetIdle(int row) => _active.TryRemove(row, out _);

    /// <summary>Counts a row that is done without its device.</summary>
    public void SkipDevice() => Interlocked.Increment(ref _finished);

    /// <summary>Counts a row that is done after its device was tried.</summary>
    public void Finish(FleetResult result)
    {
        Interlocked.Increment(ref _tried);
        Interlocked.Increment(ref _finished);
        if (result.Status is FleetStatus.Connected)
            Interlocked.Increment(ref _connected);
    }
}
