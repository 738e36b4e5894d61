using System.Collections.Concurrent;
using System.Globalization;
using EspProv.Devices;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Sessions;

namespace EspProv.Fleet.Run;

/// <summary>
/// A run over the rows of a plan. Each row is examined first; then it has its result, or is added to be worked on. Results come when they
/// are ready, unordered. Not safe for concurrent callers.
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
    private readonly FleetMonitorCheck _monitors = new();
    private readonly List<FleetRow> _held = [];
    private readonly ConcurrentDictionary<int, FleetWork> _earlier = new();
    private string _chain = "";
    private int _disposed;

    /// <summary>Makes a run.</summary>
    /// <param name="options">The options.</param>
    /// <param name="links">Finds devices and makes links to them.</param>
    /// <param name="journal">The journal, owned by the caller; null for none.</param>
    /// <param name="onResult">Called with the result of each added row, after it is in the journal; on any thread.</param>
    /// <param name="onNotice">Called with the notices of a row's session, and their levels; on any thread.</param>
    /// <remarks>Exceptions of the two callbacks end neither a row nor the run.</remarks>
    public FleetRun(
        FleetOptions options,
        IFleetLinks links,
        FleetJournal? journal,
        Action<FleetResult> onResult,
        Action<FleetRow, string, SessionNoticeLevel> onNotice)
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

    /// <summary>Whether enough rows are queued; wait for a result before adding the next one.</summary>
    public bool IsFull => _lanes.IsFull;

    /// <summary>Completes with the error that ended the whole run: a journal that cannot be written.</summary>
    public Task<Exception> Failed => _lanes.Failed;

    /// <summary>The progress.</summary>
    public FleetProgress Progress => _tally.Progress;

    /// <summary>
    /// Checks a row: its values, whether it repeats another one, whether it belongs to this shard, and whether an earlier run has connected
    /// its device. The row becomes part of the plan.
    /// </summary>
    /// <returns>What to do with the row; a result if there is nothing to do.</returns>
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
            _tally.SkipDevice();
            return new FleetVerdict(FleetVerdictKind.NotOurs, null);
        }

        if (known?.Connected is { } connected)
        {
            _devices.TryAdd(device, row.Number);
            _monitors.Add(row);
            _tally.SkipDevice();
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

    /// <summary>Adds a row that was found ready. The run disposes of it.</summary>
    public void Add(FleetRow row)
    {
        ArgumentNullException.ThrowIfNull(row);

        // Until all rows of the journal have been compared, the journal may be of another plan.
        if (_recorder.IsReleased)
            _lanes.Add(row);
        else
            _held.Add(row);
    }

    /// <summary>Skips a row that was found ready.</summary>
    public FleetResult Decline(FleetRow row, string reason)
    {
        ArgumentNullException.ThrowIfNull(row);
        return Settled(row, FleetStatus.Skipped, reason, null).Result!;
    }

    /// <summary>Completes when all rows have their results; call it after the last row.</summary>
    /// <exception cref="FleetJournalException">The journal is of a longer plan, or cannot be written.</exception>
    public async Task CompleteAsync()
    {
        _recorder.CompareEnd(_tally.Rows);
        await ReleaseAsync().ConfigureAwait(false);
        await _lanes.CompleteAsync().ConfigureAwait(false);
        if (!_deadline.IsCancellationRequested)
            await _recorder.EndAsync(_tally.Rows, _chain).ConfigureAwait(false);
    }

    /// <summary>Stops at once, and closes all sessions. Rows in progress stay without a result in the journal.</summary>
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
        catch (Exception exception)
        {
            string types = UnexpectedError.TypesOf(exception);
            Notify(row, $"An unexpected exception in stage {FleetStage.Validate}: {types}.", SessionNoticeLevel.Information);
            return FleetProblem.Unexpected;
        }

        return _devices.TryAdd(device, row.Number)
            ? _monitors.Add(row)
            : new FleetProblem(
                FleetErrorIds.DuplicateDevice,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Row {_devices[device]} of the plan is for the same device, {FleetIdentity.LocationOf(row)}."));
    }

    private async Task<FleetVerdict> RecordedAsync(FleetRow row, string key, FleetStatus status, string reason, FleetProblem? problem)
    {
        FleetVerdict verdict = Settled(row, status, reason, problem);
        await _recorder.RecordAsync(key, verdict.Result!, work: null).ConfigureAwait(false);
        return verdict;
    }

    private FleetVerdict Settled(FleetRow row, FleetStatus status, string reason, FleetProblem? problem)
    {
        _tally.SkipDevice();
        return new FleetVerdict(FleetVerdictKind.Settled, new FleetResult
        {
            Row = row.Number,
            Name = row.Device,
            Address = row.Session?.Device.Address ?? row.Address,
            Transport = row.IsEmpty ? null : (row.Session?.Device.Transport ?? row.Transport).ToString(),
            SecurityVersion = row.SecurityVersion,
            Network = row.NetworkKind,
            Ssid = row.NetworkName,
            SsidBytes = row.Ssid.IsEmpty ? null : row.Ssid,
            Status = status,
            Stage = FleetStage.Validate,
            Reason = reason,
            ErrorId = problem?.ErrorId,
            Warning = problem is null && status is FleetStatus.Skipped && row.NetworkKind is ProvisioningNetwork.Wifi
                ? row.FindOpenNetworkWarning()
                : null,
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
            _tally.SetIdle(row.Number);
        }
    }

    private async Task PauseAsync(FleetRow row, FleetTurn turn, TimeSpan wait, CancellationToken token)
    {
        _tally.SetIdle(row.Number);
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
            // An error of the callback; the row continues.
        }
    }

    private void Deliver(FleetRow row, FleetResult result)
    {
        try
        {
            _onResult(result);
        }
        catch (Exception exception)
        {
            string types = UnexpectedError.TypesOf(exception);
            Notify(row, $"The result, {result.Status}, could not be delivered: {types}.", SessionNoticeLevel.Warning);
        }
    }
}
