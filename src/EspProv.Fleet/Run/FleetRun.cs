using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;

namespace EspProv.Fleet.Run;

/// <summary>
/// A run over a plan whose rows come one after the other. Each row is examined first and either has its result at once, or is
/// handed over to be worked on; results come as they are ready, in no order. One caller at a time.
/// </summary>
public sealed class FleetRun : IAsyncDisposable
{
    /// <summary>So many rows are begun for each place: one is worked on, and the others wait for their next attempt.</summary>
    private const int RowsPerPlace = 8;

    private readonly FleetOptions _options;
    private readonly IFleetLinks _links;
    private readonly FleetJournal? _journal;
    private readonly Action<FleetResult> _onResult;
    private readonly Action<FleetRow, string, bool> _onNotice;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _deadline;
    private readonly Dictionary<FleetLane, Lane> _lanes = [];
    private readonly SemaphoreSlim? _overall;
    private readonly Dictionary<UInt128, int> _devices = [];
    private readonly List<FleetRow> _held = [];
    private readonly List<FleetJournalRecord> _heldRecords = [];
    private readonly ConcurrentDictionary<int, bool> _appliedEarlier = new();
    private readonly ConcurrentDictionary<int, FleetActivity> _active = new();
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _start;
    private string _chain = "";
    private FleetRunRecord? _opening;
    private bool _isReleased;
    private int _rows;
    private int _finished;
    private int _tried;
    private int _connected;
    private int _disposed;

    /// <summary>Makes a run.</summary>
    /// <param name="options">How.</param>
    /// <param name="links">With what.</param>
    /// <param name="journal">Where it is recorded; stays the caller's. Null for nowhere.</param>
    /// <param name="onResult">Hears the result of every row that was handed over, once it is on record; on any thread.</param>
    /// <param name="onNotice">Hears what sessions have to say: row, text, whether it is a warning; on any thread.</param>
    /// <remarks>What the two callbacks throw ends neither a row nor the run.</remarks>
    public FleetRun(
        FleetOptions options, IFleetLinks links, FleetJournal? journal, Action<FleetResult> onResult, Action<FleetRow, string, bool> onNotice)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _links = links;
        _journal = journal;
        _onResult = onResult;
        _onNotice = onNotice;
        _start = options.TimeProvider.GetTimestamp();
        _overall = options.ThrottleLimit is { } limit ? new SemaphoreSlim(limit) : null;
        TimeSpan left = options.Deadline is { } deadline ? deadline - options.TimeProvider.GetUtcNow() : Timeout.InfiniteTimeSpan;
        _deadline = left < TimeSpan.Zero && left != Timeout.InfiniteTimeSpan
            ? new CancellationTokenSource(TimeSpan.Zero, options.TimeProvider)
            : new CancellationTokenSource(left, options.TimeProvider);
        if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
            _deadline.Cancel();
    }

    /// <summary>Whether as many rows wait as there should; the next one had better wait for a result.</summary>
    public bool IsFull => _lanes.Values.Any(lane => lane.Waiting >= lane.Limit * 2);

    /// <summary>Ends with what broke the run as a whole: a journal that cannot be written.</summary>
    public Task<Exception> Failed => _failed.Task;

    /// <summary>How it stands.</summary>
    public FleetProgress Progress => new()
    {
        Rows = Volatile.Read(ref _rows),
        Finished = Volatile.Read(ref _finished),
        Tried = Volatile.Read(ref _tried),
        Connected = Volatile.Read(ref _connected),
        Elapsed = _options.TimeProvider.GetElapsedTime(_start),
        Active = [.. _active.Values.OrderBy(activity => activity.Row)],
    };

    /// <summary>
    /// Checks a row: its values, whether it repeats another one, whether it is this shard's, and whether the journal has it
    /// done. A row that is examined belongs to the plan.
    /// </summary>
    /// <returns>
    /// <see cref="FleetVerdict"/>: what to do with it, with a result when nothing has to be done.
    /// </returns>
    /// <exception cref="FleetJournalException"><see cref="FleetJournalProblem.JournalOfAnotherPlan"/>.</exception>
    public async Task<FleetVerdict> ExamineAsync(FleetRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        string key = FleetIdentity.KeyOf(row);
        _chain = FleetIdentity.Chain(_chain, key);
        _rows++;
        FleetJournalRow? known = _journal?.Known(row.Number);
        _journal?.Forget(row.Number);
        await BeginAsync(key, isComparable: known is not { IsUntouched: true }).ConfigureAwait(false);
        if (known is { IsUntouched: false } && known.Key != key)
        {
            throw new FleetJournalException(
                FleetJournalProblem.JournalOfAnotherPlan,
                $"The journal '{_journal!.Path}' is of another plan: row {row.Number} was another one then. Nothing was sent.");
        }

        if (_journal is not null && row.Number >= _journal.LastRow)
            await ReleaseAsync().ConfigureAwait(false);

        if (row.IsEmpty)
            return await RecordedAsync(row, key, Settled(row, FleetStatus.Skipped, "EmptyRow", null)).ConfigureAwait(false);
        UInt128 device = FleetIdentity.DeviceOf(row);
        if (_options.Shard is { } shard && !shard.Owns(device))
        {
            _finished++;
            return new FleetVerdict(FleetVerdictKind.NotOurs, null);
        }

        if (known?.Connected is { } connected)
        {
            _devices.TryAdd(device, row.Number);
            _finished++;
            return new FleetVerdict(FleetVerdictKind.Settled, connected with
            {
                Status = FleetStatus.Skipped,
                Reason = "ConnectedByEarlierRun",
                Attempts = 0,
                Duration = TimeSpan.Zero,
            });
        }

        if (known is { Applied: true })
            _appliedEarlier[row.Number] = true;
        FleetProblem? problem = Check(row);
        if (problem is null && !_devices.TryAdd(device, row.Number))
            problem = new FleetProblem(FleetErrorIds.DuplicateDevice, string.Create(CultureInfo.InvariantCulture, $"Row {_devices[device]} of the plan is for the same device, {FleetIdentity.PlaceOf(row)}."));
        if (problem is not null)
            return await RecordedAsync(row, key, Settled(row, FleetStatus.Invalid, problem.ErrorId, problem)).ConfigureAwait(false);

        if (_deadline.IsCancellationRequested)
            return Settled(row, FleetStatus.Skipped, FleetErrorIds.DeadlineReached, null);
        return new FleetVerdict(FleetVerdictKind.Ready, null);
    }

    /// <summary>Hands a row over that was found ready. The run disposes of it.</summary>
    public void Add(FleetRow row)
    {
        ArgumentNullException.ThrowIfNull(row);

        // Until all rows that the journal knows have been compared, it may still turn out to be another plan's.
        if (_journal is not null && !_isReleased)
            _held.Add(row);
        else
            Start(row);
    }

    /// <summary>A row that was found ready is not wanted after all.</summary>
    public FleetResult Decline(FleetRow row, string reason)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Settled(row, FleetStatus.Skipped, reason, null).Result!;
    }

    /// <summary>There are no more rows; ends when all have their result.</summary>
    /// <exception cref="FleetJournalException">The journal is of a longer plan, or cannot be written.</exception>
    public async Task CompleteAsync()
    {
        if (_journal is { } journal && _rows < journal.LastRow)
        {
            throw new FleetJournalException(
                FleetJournalProblem.JournalOfAnotherPlan,
                $"The journal '{journal.Path}' is of another plan: it knows {journal.LastRow} rows and there are {_rows}. Nothing was sent.");
        }

        await ReleaseAsync().ConfigureAwait(false);
        foreach (Lane lane in _lanes.Values)
            lane.Queue.Writer.TryComplete();
        Task all = Task.WhenAll(_lanes.Values.SelectMany(lane => lane.Workers));
        await Task.WhenAny(all, _failed.Task).ConfigureAwait(false);
        if (_failed.Task.IsCompleted)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(await _failed.Task.ConfigureAwait(false));
        await all.ConfigureAwait(false);
        if (_journal is not null && _isReleased && !_deadline.IsCancellationRequested)
            await _journal.AppendAsync(new FleetEndRecord { Time = Now, Rows = _rows, Plan = _chain }).ConfigureAwait(false);
    }

    /// <summary>Stops at once: every session is closed, and what was under way stays so in the journal.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Stops, and waits for the sessions to be closed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (Lane lane in _lanes.Values)
            lane.Queue.Writer.TryComplete();
        await Task.WhenAll(_lanes.Values.SelectMany(lane => lane.Workers)).ConfigureAwait(false);
        foreach (FleetRow row in _held)
            row.Dispose();
        foreach (Lane lane in _lanes.Values)
        {
            while (lane.Queue.Reader.TryRead(out FleetRow? row))
                row.Dispose();
            lane.Dispose();
        }

        _stop.Dispose();
        _deadline.Dispose();
        _overall?.Dispose();
    }

    private DateTimeOffset Now => _options.TimeProvider.GetUtcNow();

    /// <summary>The first row: whether the journal is of this plan, as far as that can be told from one row.</summary>
    private async Task BeginAsync(string key, bool isComparable)
    {
        if (_opening is not null || _journal is null)
            return;
        string? shard = _options.Shard?.ToString();
        bool isOther = isComparable && _journal.Plan != key;
        if (_journal.IsResumed && (isOther || _journal.Shard != shard))
        {
            throw new FleetJournalException(
                FleetJournalProblem.JournalOfAnotherPlan,
                isOther
                    ? $"The journal '{_journal.Path}' is of another plan: its first row was another one. Nothing was sent."
                    : $"The journal '{_journal.Path}' is of {(_journal.Shard is null ? "the whole plan" : $"shard {_journal.Shard}")}, and not of {(shard is null ? "the whole plan" : $"shard {shard}")}. Nothing was sent.");
        }

        _opening = new FleetRunRecord { Time = Now, Plan = key, Shard = shard, Resumed = _journal.IsResumed };
        if (!_journal.IsResumed)
            await ReleaseAsync().ConfigureAwait(false);
    }

    private FleetVerdict Settled(FleetRow row, FleetStatus status, string reason, FleetProblem? problem)
    {
        _finished++;
        return new FleetVerdict(FleetVerdictKind.Settled, new FleetResult
        {
            Row = row.Number,
            Device = row.Device,
            Address = row.Session?.Device.Address ?? row.Address,
            Transport = row.IsEmpty ? null : (row.Session?.Device.Transport ?? row.Transport).ToString(),
            Security = (int?)row.SecurityVersion,
            Network = row.NetworkKind,
            Ssid = row.NetworkName,
            SsidBytes = row.Ssid.IsEmpty ? null : row.Ssid,
            Status = status,
            Stage = FleetStage.Validate,
            Reason = reason,
            ErrorId = problem?.ErrorId,
            Error = problem?.Message,
            Timestamp = Now,
        });
    }

    /// <summary>The journal is this plan's: from now on it is written to, and rows are worked on.</summary>
    private async Task ReleaseAsync()
    {
        if (_isReleased || _opening is null)
            return;
        _isReleased = true;
        await _journal!.AppendAsync(_opening).ConfigureAwait(false);
        foreach (FleetJournalRecord record in _heldRecords)
            await _journal.AppendAsync(record).ConfigureAwait(false);
        _heldRecords.Clear();
        foreach (FleetRow row in _held)
            Start(row);
        _held.Clear();
    }

    private void Start(FleetRow row)
    {
        var kind = FleetLane.Of(row);
        if (!_lanes.TryGetValue(kind, out Lane? lane))
            _lanes[kind] = lane = new Lane(_options.LimitOf(kind));
        lane.Queue.Writer.TryWrite(row);
        if (lane.Workers.Count < lane.Limit * RowsPerPlace)
            lane.Workers.Add(Task.Run(() => WorkAsync(lane), CancellationToken.None));
    }

    private async Task WorkAsync(Lane lane)
    {
        var turn = new FleetTurn(lane.Places, _overall);
        try
        {
            while (await NextAsync(lane, turn).ConfigureAwait(false) is { } row)
            {
                using (row)
                    await RunAsync(row, turn).ConfigureAwait(false);
                turn.Leave();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The user gave up.
        }
        catch (Exception e)
        {
            // A journal that cannot be kept ends the run; what a row throws has become its result before.
            _failed.TrySetResult(e);
            await _stop.CancelAsync().ConfigureAwait(false);
        }
    }

    // One at a time at the door, so that a device that comes back for its next attempt waits for one new one at most.
    private async Task<FleetRow?> NextAsync(Lane lane, FleetTurn turn)
    {
        await lane.Door.WaitAsync(_stop.Token).ConfigureAwait(false);
        try
        {
            if (!await lane.Queue.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
                return null;
            await turn.TakeAsync(_stop.Token).ConfigureAwait(false);
            return await lane.Queue.Reader.ReadAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            lane.Door.Release();
        }
    }

    private async Task PauseAsync(FleetRow row, FleetTurn turn, TimeSpan wait, CancellationToken token)
    {
        _active.TryRemove(row.Number, out _);
        turn.Leave();
        await Task.Delay(wait, _options.TimeProvider, token).ConfigureAwait(false);
        await turn.TakeAsync(token).ConfigureAwait(false);
    }

    private async Task RunAsync(FleetRow row, FleetTurn turn)
    {
        if (_deadline.IsCancellationRequested)
        {
            Finish(row, Settled(row, FleetStatus.Skipped, FleetErrorIds.DeadlineReached, null).Result!, counted: true);
            return;
        }

        string key = FleetIdentity.KeyOf(row);
        var run = new FleetDeviceRun(
            row,
            _options,
            _links,
            _appliedEarlier.ContainsKey(row.Number),
            (stage, attempt) => NoteAsync(row, key, stage, attempt),
            (text, isWarning) => Notify(row, text, isWarning),
            (wait, token) => PauseAsync(row, turn, wait, token));
        try
        {
            FleetResult result = await run.RunAsync(_deadline.Token, _stop.Token).ConfigureAwait(false);
            await RecordAsync(row, key, result).ConfigureAwait(false);
            Interlocked.Increment(ref _tried);
            Finish(row, result, counted: false);
        }
        finally
        {
            _active.TryRemove(row.Number, out _);
        }
    }

    private async Task NoteAsync(FleetRow row, string key, FleetStage stage, int attempt)
    {
        _active[row.Number] = new FleetActivity(row.Number, row.Device, stage, attempt);

        // On record is what can change the device, and when an attempt begins. Finding it and shaking hands with it change nothing,
        // and joining is what Apply leads to by itself.
        if (_journal is null || stage is FleetStage.Find or FleetStage.Handshake or FleetStage.Join)
            return;
        await _journal.AppendAsync(new FleetRowRecord
        {
            Time = Now,
            Row = row.Number,
            Key = key,
            Device = row.Device,
            Ssid = row.NetworkName,
            Stage = stage,
            Attempt = attempt,
        }).ConfigureAwait(false);
    }

    private async Task<FleetVerdict> RecordedAsync(FleetRow row, string key, FleetVerdict settled)
    {
        await RecordAsync(row, key, settled.Result!).ConfigureAwait(false);
        return settled;
    }

    private async Task RecordAsync(FleetRow row, string key, FleetResult result)
    {
        if (_journal is null)
            return;
        var record = new FleetRowRecord
        {
            Time = result.Timestamp,
            Row = row.Number,
            Key = key,
            Device = result.Device,
            Ssid = result.Ssid,
            Stage = result.Stage,
            Attempt = result.Attempts,
            Result = result,
        };
        if (_isReleased)
            await _journal.AppendAsync(record).ConfigureAwait(false);
        else
            _heldRecords.Add(record);
    }

    private FleetProblem? Check(FleetRow row)
    {
        try
        {
            return FleetRowCheck.Check(row);
        }
        catch (Exception error)
        {
            string types = UnexpectedError.TypesOf(error);
            Notify(row, $"An error that was not expected, in stage {FleetStage.Validate}: {types}.", isWarning: false);
            return FleetProblem.Unexpected;
        }
    }

    private void Notify(FleetRow row, string text, bool isWarning)
    {
        try
        {
            _onNotice(row, text, isWarning);
        }
        catch (Exception)
        {
            // The listener's fault; the row's work goes on.
        }
    }

    private void Finish(FleetRow row, FleetResult result, bool counted)
    {
        if (!counted)
            Interlocked.Increment(ref _finished);
        if (result.Status is FleetStatus.Connected)
            Interlocked.Increment(ref _connected);
        try
        {
            _onResult(result);
        }
        catch (Exception error)
        {
            Notify(row, $"The result, {result.Status}, could not be delivered: {UnexpectedError.TypesOf(error)}.", isWarning: true);
        }
    }

    private sealed class Lane(int limit) : IDisposable
    {
        public int Limit { get; } = limit;

        /// <summary>One for each row that is worked on.</summary>
        public SemaphoreSlim Places { get; } = new(limit);

        /// <summary>For whoever takes the next row.</summary>
        public SemaphoreSlim Door { get; } = new(1);

        public Channel<FleetRow> Queue { get; } = Channel.CreateUnbounded<FleetRow>();

        public List<Task> Workers { get; } = [];

        public int Waiting => Queue.Reader.Count;

        public void Dispose()
        {
            Places.Dispose();
            Door.Dispose();
        }
    }
}

/// <summary>What to do with a row.</summary>
public enum FleetVerdictKind
{
    /// <summary>Hand it over.</summary>
    Ready,

    /// <summary>Nothing: it has its result.</summary>
    Settled,

    /// <summary>Nothing: another station does it.</summary>
    NotOurs,
}

/// <summary>What examining a row gave.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Result">The result of a settled row.</param>
public sealed record FleetVerdict(FleetVerdictKind Kind, FleetResult? Result);
