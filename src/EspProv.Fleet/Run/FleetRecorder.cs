using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;

namespace EspProv.Fleet.Run;

/// <summary>
/// Keeps a run on record. Until a resumed journal is known to be of this plan, nothing is written to it; without a journal there is
/// nothing to do.
/// </summary>
internal sealed class FleetRecorder(FleetJournal? journal, FleetOptions options)
{
    private readonly List<FleetJournalRecord> _held = [];
    private FleetRunRecord? _opening;

    /// <summary>Whether rows may be worked on: there is no journal, or it is this plan's.</summary>
    public bool IsReleased { get; private set; } = journal is null;

    /// <summary>
    /// Compares the journal with the next row of the plan, and says what an earlier run knew of that row; null when it never came so far.
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

    /// <summary>Whether the rows that the journal knows end with this one, so that nothing can turn out to be another plan's any more.</summary>
    public bool KnowsNothingAfter(FleetRow row) => journal is null || row.Number >= journal.LastRow;

    /// <summary>The journal is this plan's: from now on it is written to.</summary>
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
    /// A stage begins. On record is what can change the device, and when an attempt begins: finding it and shaking hands with it change nothing,
    /// and joining is what Apply leads to by itself.
    /// </summary>
    public Task NoteAsync(FleetRow row, string key, FleetStage stage, int attempt, FleetWork work) =>
        journal is null || stage is FleetStage.Find or FleetStage.Handshake or FleetStage.Join
            ? Task.CompletedTask
            : journal.AppendAsync(new FleetRowRecord
            {
                Time = options.TimeProvider.GetUtcNow(),
                Row = row.Number,
                Key = key,
                Device = row.Device,
                Ssid = row.NetworkName,
                Network = row.NetworkKind,
                Stage = stage,
                Attempt = attempt,
                Taken = row.CustomData.Count == 0 ? null : work.CustomDataTaken,
                InDoubt = work.IsCustomDataInDoubt,
            });

    /// <summary>A row has its result.</summary>
    /// <param name="key">What makes the row this row.</param>
    /// <param name="result">The result.</param>
    /// <param name="work">What was done; null where the row has no custom data, or was not worked on.</param>
    public async Task RecordAsync(string key, FleetResult result, FleetWork? work)
    {
        if (journal is null)
            return;
        var record = FleetRowRecord.Of(key, result) with { Taken = work?.CustomDataTaken, InDoubt = work?.IsCustomDataInDoubt ?? false };
        if (IsReleased)
            await journal.AppendAsync(record).ConfigureAwait(false);
        else
            _held.Add(record);
    }

    /// <summary>There are no more rows.</summary>
    /// <exception cref="FleetJournalException"><see cref="FleetJournalProblem.JournalOfAnotherPlan"/>: it knows more.</exception>
    public void CompareEnd(int rows)
    {
        if (journal is not null && rows < journal.LastRow)
            throw OfAnotherPlan($"it knows {journal.LastRow} rows and there are {rows}");
    }

    /// <summary>All rows have their results.</summary>
    public async Task EndAsync(int rows, string plan)
    {
        if (journal is not null && IsReleased)
            await journal.AppendAsync(new FleetEndRecord { Time = options.TimeProvider.GetUtcNow(), Rows = rows, Plan = plan }).ConfigureAwait(false);
    }

    // The first row: whether the journal is of this plan, as far as that can be told from one row.
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
