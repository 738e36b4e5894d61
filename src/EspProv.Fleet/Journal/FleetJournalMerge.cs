using System.Globalization;
using EspProv.Sessions;

namespace EspProv.Fleet.Journal;

/// <summary>The results of one run, or of the shards of one plan, from their journals.</summary>
public sealed class FleetJournalMerge
{
    private readonly SortedDictionary<int, FleetRowRecord> _rows = [];
    private readonly HashSet<string> _shards = new(StringComparer.Ordinal);
    private readonly List<string> _notices = [];
    private readonly HashSet<string> _plans = [];
    private string? _firstPath;
    private bool _hasWhole;

    /// <summary>Notices about the results: incomplete lines, missing shards, runs that did not end.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>Reads a journal, also of a run that is still in progress.</summary>
    /// <exception cref="FleetJournalException">
    /// <see cref="FleetJournalProblem.JournalNotReadable"/>, or <see cref="FleetJournalProblem.JournalOfAnotherPlan"/>: not of the plan of
    /// the journals before it.
    /// </exception>
    public void Add(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            Add(file, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FleetJournalException(
                FleetJournalProblem.JournalNotReadable, $"The journal '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads an open journal.</summary>
    internal void Add(Stream file, string path)
    {
        var reader = new FleetJournalReader();
        bool ended = false;
        foreach (FleetJournalRecord record in reader.Read(file, path))
        {
            ended = record is FleetEndRecord;
            switch (record)
            {
                case FleetRunRecord run:
                    Begin(run, path);
                    break;
                case FleetRowRecord row:
                    Take(row);
                    break;
            }
        }

        if (reader.IsTorn)
            _notices.Add($"The last line of '{path}' is incomplete, and was left out.");
        if (!ended)
            _notices.Add($"The run of '{path}' has not ended; rows that it has not begun are missing.");
    }

    /// <summary>One result per row, in the order of the plan. A row without a result gets one from its last stage.</summary>
    public IEnumerable<FleetResult> Results()
    {
        foreach (FleetRowRecord row in _rows.Values)
            yield return row.HasEnded ? row.ToResult() : UnderWay(row);
    }

    /// <summary>Adds the notices that need all journals.</summary>
    public void Complete()
    {
        if (_hasWhole || _shards.Count == 0)
            return;
        int count = _shards.Max(shard => FleetShard.Parse(shard).Count);
        string[] missing =
        [
            .. Enumerable.Range(1, count).Select(index => new FleetShard(index, count).ToString()).Where(shard => !_shards.Contains(shard)),
        ];
        if (missing.Length == 0)
            return;
        string shards = string.Join(", ", missing.Take(10)) + (missing.Length > 10 ? ", …" : "");
        _notices.Add($"The journals of {(missing.Length == 1 ? "shard" : "shards")} {shards} are missing.");
    }

    private static FleetResult UnderWay(FleetRowRecord row)
    {
        var result = new FleetResult
        {
            Row = row.Row,
            Name = row.Name,
            Network = row.Network,
            Ssid = row.Ssid,
            Status = FleetStatus.Skipped,
            Stage = row.Stage,
            Reason = "Interrupted",
            Attempts = row.Attempt,
            Timestamp = row.Time,
        };
        return row.Stage is not FleetStage.Apply
            ? result
            : result with
            {
                Status = FleetStatus.Unknown,
                ErrorId = JoinFailure.OutcomeUnknown(row.Network),
                Error = $"The run was interrupted after the device was told to use {JoinFailure.CredentialName(row.Network)}.",
            };
    }

    private void Begin(FleetRunRecord run, string path)
    {
        // A run that was resumed is of the same plan, whose first row may have been corrected since.
        _firstPath ??= path;
        if (!run.Resumed && _plans.Count > 0 && !_plans.Contains(run.Plan))
        {
            throw new FleetJournalException(
                FleetJournalProblem.JournalOfAnotherPlan, $"The journal '{path}' is of another plan than '{_firstPath}'.");
        }

        _plans.Add(run.Plan);
        if (run.Shard is { } shard)
            _shards.Add(shard);
        else
            _hasWhole = true;
    }

    private void Take(FleetRowRecord row)
    {
        if (_rows.TryGetValue(row.Row, out FleetRowRecord? before))
        {
            // A row that was found Invalid or empty may have been corrected into another one; nothing was sent for it.
            bool isCorrected = before.IsUntouched || row.IsUntouched;
            if (before.Key != row.Key && !isCorrected)
            {
                throw new FleetJournalException(
                    FleetJournalProblem.JournalOfAnotherPlan,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The journals' plans differ: row {row.Row} is for '{before.Name}' in one, and '{row.Name}' in another."));
            }

            // Connected is final, whatever another station tried later.
            if (before.IsConnected || (before.HasEnded && before.Time > row.Time))
                return;

            // Between Apply and the result of the same attempt, or a later one, the device may have the credentials.
            if (!row.HasEnded && before is { HasEnded: false, Stage: FleetStage.Apply })
                row = row with { Stage = FleetStage.Apply };
        }

        _rows[row.Row] = row;
    }
}
