using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;

namespace EspProv.Fleet.Run;

/// <summary>
/// Writes a run to its journal, if it has one. Nothing is written to a resumed journal before it is known to be of this plan.
/// </summary>
internal sealed class FleetRecorder(FleetJournal? journal, FleetOptions options)
{
    private readonly List<FleetJournalRecord> _held = [];
    private FleetRunRecord? _opening;

    /// <summary>Whether rows may be worked on: there is no journal, or it is known to be of this plan.</summary>
    public bool IsReleased { get; private set; } = journal is null;

    /// <summary>
    /// Compares the next row of the plan with the journal, and returns the row's state in the earlier run; null if it has none.
    /// </summary>
    /// <exception cref="FleetJournalException"><see cref="FleetJournalProblem.JournalOfAnotherPlan"/>.</exception>
    public async Task<FleetJournalRow?> CompareAsync(FleetRow row, string key)
    {
        if (journal is null)
            return null;
        FleetJournalRow? known = journal.Known(row.Number);
        journal.Forget(row.Number);
        if (_opening is null)
            await BeginAsync(key, isComparable: known is not { IsUntouched: true }).ConfigureAwait(false);
        if (known is { IsUntouched: false } && known.Key != key)
            throw OfAnotherPlan($"row {row.Number} was another one then");
        return known;
    }

    /// <summary>Whether the journal has no row after this one, so that its whole plan was compared.</summary>
    public bool KnowsNothingAfter(FleetRow row) => journal is null || row.Number >= journal.LastRow;

    /// <summary>Starts writing: the journal is known to be of this plan.</summary>
    public async Task ReleaseAsync()
    {
        if (IsReleased || _opening is null)
            return;
        IsReleased = true;
        await journal!.AppendAsync(_opening).ConfigureAwait(false);
        foreach (FleetJournalRecord record in _held)
            await journal.AppendAsync(record).ConfigureAwait(false);
        _held.Clear();
    }

    /// <summary>
    /// Records that a stage begins, if it is the start of an attempt or can change the device. Finding it and the handshake change nothing,
    /// and joining follows from Apply.
    /// </summary>
    public Task NoteAsync(FleetRow row, string key, FleetStage stage, int attempt, FleetWork work) =>
        journal is null || stage is FleetStage.Find or FleetStage.Handshake or FleetStage.Join
            ? Task.CompletedTask
            : journal.AppendAsync(new FleetRowRecord
            {
                Time = options.TimeProvider.GetUtcNow(),
                Row = row.Number,
                Key = key,
                Name = row.Device,
                Ssid = row.NetworkName,
                Network = row.NetworkKind,
                Stage = stage,
                Attempt = attempt,
                Taken = row.CustomData.Count == 0 ? null : work.CustomDataTaken,
                InDoubt = work.IsCustomDataInDoubt,
            });

    /// <summary>Records the result of a row.</summary>
    /// <param name="key">The row's identity.</param>
    /// <param name="result">The result.</param>
    /// <param name="work">What was done; null if the row has no custom data, or was not worked on.</param>
    public async Task RecordAsync(string key, FleetResult result, FleetWork? work)
    {
        if (journal is null)
            return;
        FleetRowRecord record = FleetRowRecord.Of(key, result) with
        {
            Taken = work?.CustomDataTaken,
            InDoubt = work?.IsCustomDataInDoubt ?? false,
        };
        if (IsReleased)
            await journal.AppendAsync(record).ConfigureAwait(false);
        else
            _held.Add(record);
    }

    /// <summary>Compares the number of rows, after the last row.</summary>
    /// <exception cref="FleetJournalException"><see cref="FleetJournalProblem.JournalOfAnotherPlan"/>: the journal has more.</exception>
    public void CompareEnd(int rows)
    {
        if (journal is not null && rows < journal.LastRow)
            throw OfAnotherPlan($"it has {journal.LastRow} rows, and the plan has {rows}");
    }

    /// <summary>Records that all rows have their results.</summary>
    public async Task EndAsync(int rows, string plan)
    {
        if (journal is not null && IsReleased)
        {
            var end = new FleetEndRecord { Time = options.TimeProvider.GetUtcNow(), Rows = rows, Plan = plan };
            await journal.AppendAsync(end).ConfigureAwait(false);
        }
    }

    // Compares the first row and the shard; the other rows are compared as they come.
    private async Task BeginAsync(string key, bool isComparable)
    {
        string? shard = options.Shard?.ToString();
        if (journal!.IsResumed && isComparable && journal.Plan != key)
            throw OfAnotherPlan("its first row was another one");
        if (journal.IsResumed && journal.Shard != shard)
        {
            throw new FleetJournalException(
                FleetJournalProblem.JournalOfAnotherPlan,
                $"The journal '{journal.Path}' is of {NameOf(journal.Shard)}, and not of {NameOf(shard)}. Nothing was sent.");
        }

        _opening = new FleetRunRecord { Time = options.TimeProvider.GetUtcNow(), Plan = key, Shard = shard, Resumed = journal.IsResumed };
        if (!journal.IsResumed)
            await ReleaseAsync().ConfigureAwait(false);
    }

    private static string NameOf(string? shard) => shard is null ? "the whole plan" : $"shard {shard}";

    private FleetJournalException OfAnotherPlan(string how) => new(
        FleetJournalProblem.JournalOfAnotherPlan, $"The journal '{journal!.Path}' is of another plan: {how}. Nothing was sent.");
}
