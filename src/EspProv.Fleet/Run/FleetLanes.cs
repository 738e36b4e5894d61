using System.Threading.Channels;
using EspProv.Fleet.Plan;

namespace EspProv.Fleet.Run;

/// <summary>
/// Works on rows concurrently, with a limit for each way to reach devices. Rows wait in their lane's queue, from which the lane's workers
/// take them.
/// </summary>
/// <param name="options">The limits.</param>
/// <param name="work">Works on a row until it has its result. Its exceptions end the run.</param>
internal sealed class FleetLanes(FleetOptions options, Func<FleetRow, FleetTurn, CancellationToken, Task> work) : IAsyncDisposable
{
    /// <summary>Rows in progress for each slot: one is worked on, and the others wait for their next attempts.</summary>
    private const int RowsPerSlot = 8;

    private readonly Dictionary<FleetLane, Lane> _lanes = [];
    private readonly SemaphoreSlim? _overall = options.ThrottleLimit is { } limit ? new SemaphoreSlim(limit) : null;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether enough rows are queued.</summary>
    public bool IsFull => _lanes.Values.Any(lane => lane.Queue.Reader.Count >= lane.Limit * 2);

    /// <summary>Completes with the error that ended the whole run.</summary>
    public Task<Exception> Failed => _failed.Task;

    /// <summary>Adds a row, and disposes of it later.</summary>
    public void Add(FleetRow row)
    {
        var kind = FleetLane.Of(row);
        if (!_lanes.TryGetValue(kind, out Lane? lane))
            _lanes[kind] = lane = new Lane(options.LimitOf(kind));
        lane.Queue.Writer.TryWrite(row);
        if (lane.Workers.Count < lane.Limit * RowsPerSlot)
            lane.Workers.Add(Task.Run(() => WorkAsync(lane), CancellationToken.None));
    }

    /// <summary>Completes when all rows are done; call it after the last row.</summary>
    public async Task CompleteAsync()
    {
        Task all = EndAsync();
        await Task.WhenAny(all, _failed.Task).ConfigureAwait(false);
        if (_failed.Task.IsCompleted)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(await _failed.Task.ConfigureAwait(false));
        await all.ConfigureAwait(false);
    }

    /// <summary>Stops all work at once.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Stops all work, waits until it has stopped, and disposes of the rows that were not begun.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
        foreach (Lane lane in _lanes.Values)
        {
            while (lane.Queue.Reader.TryRead(out FleetRow? row))
                row.Dispose();
            lane.Dispose();
        }

        _stop.Dispose();
        _overall?.Dispose();
    }

    private Task EndAsync()
    {
        foreach (Lane lane in _lanes.Values)
            lane.Queue.Writer.TryComplete();
        return Task.WhenAll(_lanes.Values.SelectMany(lane => lane.Workers));
    }

    private async Task WorkAsync(Lane lane)
    {
        var turn = new FleetTurn(lane.Slots, _overall);
        try
        {
            while (await NextAsync(lane, turn).ConfigureAwait(false) is { } row)
            {
                using (row)
                    await work(row, turn, _stop.Token).ConfigureAwait(false);
                turn.Leave();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
        catch (Exception exception)
        {
            // A journal that cannot be written; errors of a row are its result.
            _failed.TrySetResult(exception);
            await _stop.CancelAsync().ConfigureAwait(false);
        }
    }

    // Only one worker at a time waits for a slot here, so that a retry waits for one new row at most.
    private async Task<FleetRow?> NextAsync(Lane lane, FleetTurn turn)
    {
        await lane.Next.WaitAsync(_stop.Token).ConfigureAwait(false);
        try
        {
            if (!await lane.Queue.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
                return null;
            await turn.TakeAsync(_stop.Token).ConfigureAwait(false);
            return await lane.Queue.Reader.ReadAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            lane.Next.Release();
        }
    }

    private sealed class Lane(int limit) : IDisposable
    {
        public int Limit { get; } = limit;

        /// <summary>One for each row that may be worked on.</summary>
        public SemaphoreSlim Slots { get; } = new(limit);

        /// <summary>Held by the worker that takes the next row.</summary>
        public SemaphoreSlim Next { get; } = new(1);

        public Channel<FleetRow> Queue { get; } = Channel.CreateUnbounded<FleetRow>();

        public List<Task> Workers { get; } = [];

        public void Dispose()
        {
            Slots.Dispose();
            Next.Dispose();
        }
    }
}
