using System.Collections.Concurrent;
using System.Globalization;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Sessions;

namespace EspProv.Fleet.Run;

/// <summary>
/// A run over a plan whose rows come one after the other. Each row is examined first and either has its result at once, or is
/// handed over to be worked on; results come as they are ready, in no order. One caller at a time.
/// </summary>
public sealed class FleetRun : IAsyncDisposable
{
    private readonly FleetOptions _options;
    private readonly IFleetLinks _links;
    private readonly Action<FleetResult> _onResult;
    private readonly Action<FleetRow, string, SessionNoticeLevel> _onNotice;
    private readonly CancellationTokenSource _deadline;
    private readonly FleetTally _tally;
    private readonly FleetRecorder _recorder;
    private readonly FleetLanes _lanes;
    private readonly Dictionary<UInt128, int> _devices = [];
    private readonly List<FleetRow> _held = [];
    private readonly ConcurrentDictionary<int, FleetWork> _earlier = new();
    private string _chain = "";
    private int _disposed;

    /// <summary>Makes a run.</summary>
    /// <param name="options">How.</param>
    /// <param name="links">With what.</param>
    /// <param name="journal">Where it is recorded; stays the caller's. Null for nowhere.</param>
    /// <param name="onResult">Hears the result of every row that was handed over, once it is on record; on any thread.</param>
    /// <param name="onNotice">Hears what sessions have to say: row, text, whether it is a warning; on any thread.</param>
    /// <remarks>What the two callbacks throw ends neither a row nor the run.</remarks>
    public FleetRun(
        FleetOptions options, IFleetLinks links, FleetJournal? journal, Action<FleetResult> onResult, Action<FleetRow, string, SessionNoticeLevel> onNotice)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _links = links;
        _onResult = onResult;
        _onNotice = onNotice;
        _tally = new FleetTally(options.TimeProvider);
        _recorder = new FleetRecorder(journal, options);
        _lanes = new FleetLanes(options, RunAsync);
        _deadline = StartDeadline(options);
    }

    /// <summary>Whether as many rows wait as there should; the next one had better wait for a result.</summary>
    public bool IsFull => _lanes.IsFull;

    /// <summary>Ends with what broke the run as a whole: a journal that cannot be written.</summary>
    public Task<Exception> Failed => _lanes.Failed;

    /// <summary>How it stands.</summary>
    public FleetProgress Progress => _tally.Progress;

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
        _tally.AddRow();
        FleetJournalRow? known = await _recorder.CompareAsync(row, key).ConfigureAwait(false);
        if (_recorder.KnowsNothingAfter(row))
            await ReleaseAsync().ConfigureAwait(false);

        if (row.IsEmpty)
            return await RecordedAsync(row, key, FleetStatus.Skipped, "EmptyRow", null).ConfigureAwait(false);
        UInt128 device = FleetIdentity.DeviceOf(row);
        if (_options.Shard is { } shard && !shard.Owns(device))
        {
            _tally.Settle();
            return new FleetVerdict(FleetVerdictKind.NotOurs, null);
        }

        if (known?.Connected is { } connected)
        {
            _devices.TryAdd(device, row.Number);
            _tally.Settle();
            return new FleetVerdict(FleetVerdictKind.Settled, connected with
            {
                Status = FleetStatus.Skipped,
                Reason = "ConnectedByEarlierRun",
                Attempts = 0,
                Duration = TimeSpan.Zero,
            });
        }

        if (known is not null && known.Work != FleetWork.None)
            _earlier[row.Number] = known.Work;
        if (FindProblem(row, device) is { } problem)
            return await RecordedAsync(row, key, FleetStatus.Invalid, problem.ErrorId, problem).ConfigureAwait(false);

        return _deadline.IsCancellationRequested
            ? Settled(row, FleetStatus.Skipped, FleetErrorIds.DeadlineReached, null)
            : new FleetVerdict(FleetVerdictKind.Ready, null);
    }

    /// <summary>Hands a row over that was found ready. The run disposes of it.</summary>
    public void Add(FleetRow row)
    {
        ArgumentNullException.ThrowIfNull(row);

        // Until all rows that the journal knows have been compared, it may still turn out to be another plan's.
        if (_recorder.IsReleased)
            _lanes.Add(row);
        else
            _held.Add(row);
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
        _recorder.CompareEnd(_tally.Rows);
        await ReleaseAsync().ConfigureAwait(false);
        await _lanes.CompleteAsync().ConfigureAwait(false);
        if (!_deadline.IsCancellationRequested)
            await _recorder.EndAsync(_tally.Rows, _chain).ConfigureAwait(false);
    }

    /// <summary>Stops at once: every session is closed, and what was under way stays so in the journal.</summary>
    public void Stop() => _lanes.Stop();

    /// <summary>Stops, and waits for the sessions to be closed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _lanes.DisposeAsync().ConfigureAwait(false);
        foreach (FleetRow row in _held)
            row.Dispose();
        _deadline.Dispose();
    }

    private static CancellationTokenSource StartDeadline(FleetOptions options)
    {
        TimeSpan left = options.Deadline is { } deadline ? deadline - options.TimeProvider.GetUtcNow() : Timeout.InfiniteTimeSpan;
        if (options.Deadline is null || left > TimeSpan.Zero)
            return new CancellationTokenSource(left, options.TimeProvider);
        var over = new CancellationTokenSource();
        over.Cancel();
        return over;
    }

    private async Task ReleaseAsync()
    {
        await _recorder.ReleaseAsync().ConfigureAwait(false);
        foreach (FleetRow row in _held)
            _lanes.Add(row);
        _held.Clear();
    }

    private FleetProblem? FindProblem(FleetRow row, UInt128 device)
    {
        try
        {
            if (FleetRowCheck.Check(row) is { } problem)
                return problem;
        }
        catch (Exception error)
        {
            string types = UnexpectedError.TypesOf(error);
            Notify(row, $"An error that was not expected, in stage {FleetStage.Validate}: {types}.", SessionNoticeLevel.Information);
            return FleetProblem.Unexpected;
        }

        return _devices.TryAdd(device, row.Number)
            ? null
            : new FleetProblem(
                FleetErrorIds.DuplicateDevice,
                string.Create(CultureInfo.InvariantCulture, $"Row {_devices[device]} of the plan is for the same device, {FleetIdentity.PlaceOf(row)}."));
    }

    private async Task<FleetVerdict> RecordedAsync(FleetRow row, string key, FleetStatus status, string reason, FleetProblem? problem)
    {
        FleetVerdict verdict = Settled(row, status, reason, problem);
        await _recorder.RecordAsync(key, verdict.Result!, work: null).ConfigureAwait(false);
        return verdict;
    }

    private FleetVerdict Settled(FleetRow row, FleetStatus status, string reason, FleetProblem? problem)
    {
        _tally.Settle();
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
            Timestamp = _options.TimeProvider.GetUtcNow(),
        });
    }

    private async Task RunAsync(FleetRow row, FleetTurn turn, CancellationToken stop)
    {
        if (_deadline.IsCancellationRequested)
        {
            Deliver(row, Settled(row, FleetStatus.Skipped, FleetErrorIds.DeadlineReached, null).Result!);
            return;
        }

        string key = FleetIdentity.KeyOf(row);
        var run = new FleetDeviceRun(
            row,
            _options,
            _links,
            _earlier.GetValueOrDefault(row.Number, FleetWork.None),
            (stage, attempt, work) =>
            {
                _tally.Note(new FleetActivity(row.Number, row.Device, stage, attempt));
                return _recorder.NoteAsync(row, key, stage, attempt, work);
            },
            (text, level) => Notify(row, text, level),
            (wait, token) => PauseAsync(row, turn, wait, token));
        try
        {
            FleetResult result = await run.RunAsync(_deadline.Token, stop).ConfigureAwait(false);
            await _recorder.RecordAsync(key, result, row.CustomData.Count == 0 ? null : run.Work).ConfigureAwait(false);
            _tally.Finish(result);
            Deliver(row, result);
        }
        finally
        {
            _tally.Rest(row.Number);
        }
    }

    private async Task PauseAsync(FleetRow row, FleetTurn turn, TimeSpan wait, CancellationToken token)
    {
        _tally.Rest(row.Number);
        turn.Leave();
        await Task.Delay(wait, _options.TimeProvider, token).ConfigureAwait(false);
        await turn.TakeAsync(token).ConfigureAwait(false);
    }

    private void Notify(FleetRow row, string text, SessionNoticeLevel level)
    {
        try
        {
            _onNotice(row, text, level);
        }
        catch (Exception)
        {
            // The listener's fault; the row's work goes on.
        }
    }

    private void Deliver(FleetRow row, FleetResult result)
    {
        try
        {
            _onResult(result);
        }
        catch (Exception error)
        {
            Notify(row, $"The result, {result.Status}, could not be delivered: {UnexpectedError.TypesOf(error)}.", SessionNoticeLevel.Warning);
        }
    }
}
