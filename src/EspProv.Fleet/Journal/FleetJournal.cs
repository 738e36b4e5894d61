using System.Collections.Concurrent;
using EspProv.Host.Files;

namespace EspProv.Fleet.Journal;

/// <summary>
/// The journal of a run: append-only JSON Lines without secrets. Each record is on the disk before the next step; records that wait at the
/// same time share one flush.
/// </summary>
public sealed class FleetJournal : IAsyncDisposable
{
    private const string GuardSuffix = ".lock";

    private readonly FileStream _file;
    private readonly FileStream? _guard;
    private readonly BlockingCollection<Entry> _entries = [];
    private readonly Thread _writer;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<int, FleetJournalRow> _known = [];
    private FleetJournalException? _failure;

    // Without a guard it is only read.
    private FleetJournal(FileStream file, FileStream? guard, string path)
    {
        _file = file;
        _guard = guard;
        Path = path;
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "EspProv journal" };
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether it had records of an earlier run.</summary>
    public bool IsResumed => Plan is not null;

    /// <summary>Whether the last line was incomplete, and was removed.</summary>
    public bool WasTorn { get; private set; }

    /// <summary>The earlier run's plan.</summary>
    internal string? Plan { get; private set; }

    /// <summary>The earlier run's shard; null for the whole plan.</summary>
    internal string? Shard { get; private set; }

    /// <summary>The highest row number in the earlier run.</summary>
    internal int LastRow { get; private set; }

    /// <summary>Opens a journal, and reads its records.</summary>
    /// <param name="path">The file; created if missing.</param>
    /// <param name="resume">Continue an existing journal; otherwise an existing one is an error.</param>
    /// <exception cref="FleetJournalException">The file exists, is in use, is not a journal, or cannot be written.</exception>
    public static FleetJournal Open(string path, bool resume) => Open(path, resume, FileRetry.Pause);

    /// <summary>With a pause of its own between attempts to open a file that another process has open, for tests.</summary>
    internal static FleetJournal Open(string path, bool resume, Action pause)
    {
        string guardPath = path + GuardSuffix;
        FileStream file;
        FileStream? guard = null;
        try
        {
            // The journal is appended to, and never replaced, but the same paths are refused as for other output files.
            ReplacementFile.Check(path, overwrite: true);
            ReplacementFile.Check(path + GuardSuffix, overwrite: true);
        }
        catch (IOException exception)
        {
            throw NotWritable(path, exception.Message, exception);
        }

        try
        {
            // A lock file beside the journal keeps a second run out, so that the journal itself can be read meanwhile. The system
            // releases the lock however the process ends.
            guard = FileRetry.Run(
                () => new FileStream(guardPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose),
                e => (e is IOException && File.Exists(guardPath)) || IsPassingOnWindows(e),
                pause);
            file = FileRetry.Run(
                () => new FileStream(path, resume ? FileMode.OpenOrCreate : FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read),
                IsPassingOnWindows,
                pause);
        }
        catch (IOException exception) when (guard is not null && !resume && File.Exists(path))
        {
            guard.Dispose();
            throw new FleetJournalException(FleetJournalProblem.JournalExists, $"There is a journal '{path}' already.", exception);
        }
        catch (IOException exception) when (guard is null && File.Exists(guardPath))
        {
            throw new FleetJournalException(
                FleetJournalProblem.JournalInUse, $"The journal '{path}' is used by another run: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            guard?.Dispose();
            throw NotWritable(path, exception.Message, exception);
        }

        // A pipe, or a Windows device such as NUL: nothing would be stored, and reading might never end.
        if (!file.CanSeek)
        {
            file.Dispose();
            guard.Dispose();
            throw NotWritable(path, "it is not a file on a disk.");
        }

        var journal = new FleetJournal(file, guard, path);
        try
        {
            journal.Load();
        }
        catch
        {
            file.Dispose();
            guard.Dispose();
            throw;
        }

        journal._writer.Start();
        return journal;
    }

    /// <summary>Reads a journal for a run that sends nothing. The file is not changed.</summary>
    /// <exception cref="FleetJournalException"><see cref="FleetJournalProblem.JournalNotReadable"/>.</exception>
    public static FleetJournal Peek(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var journal = new FleetJournal(file, guard: null, path);
            journal.Load();
            journal._entries.CompleteAdding();
            journal._closed.SetResult();
            return journal;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FleetJournalException(
                FleetJournalProblem.JournalNotReadable, $"The journal '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The earlier run's state of a row; null if it has none.</summary>
    internal FleetJournalRow? Known(int row) => _known.GetValueOrDefault(row);

    /// <summary>Releases the state of a row that was compared.</summary>
    internal void Forget(int row) => _known.Remove(row);

    /// <summary>Writes a record; completes when it is on the disk.</summary>
    /// <exception cref="FleetJournalException"><see cref="FleetJournalProblem.JournalNotWritable"/>.</exception>
    internal Task AppendAsync(FleetJournalRecord record)
    {
        if (_guard is null)
            return Task.CompletedTask;
        var entry = new Entry(record.ToLine());
        try
        {
            _entries.Add(entry);
        }
        catch (InvalidOperationException)
        {
            return Task.FromException(_failure ?? NotWritable(Path, "it is closed."));
        }

        return entry.Written.Task;
    }

    /// <summary>Writes the waiting records, and closes the file; an empty file is deleted.</summary>
    public async ValueTask DisposeAsync()
    {
        _entries.CompleteAdding();
        await _closed.Task.ConfigureAwait(false);
    }

    private static FleetJournalException NotWritable(string path, string why, Exception? cause = null) =>
        new(FleetJournalProblem.JournalNotWritable, $"The journal '{path}' cannot be written: {why}", cause);

    // On Windows a file may stay open for a moment after its process was killed, or be half deleted, which denies access.
    private static bool IsPassingOnWindows(Exception e) =>
        OperatingSystem.IsWindows() && (e is UnauthorizedAccessException || e.HResult == FileRetry.SharingViolation);

    private void Load()
    {
        var reader = new FleetJournalReader();
        foreach (FleetJournalRecord record in reader.Read(_file, Path))
        {
            switch (record)
            {
                case FleetRunRecord run:
                    Plan = run.Plan; // The latest: a first row that could not be read may have been corrected since.
                    Shard ??= run.Shard;
                    break;
                case FleetRowRecord row:
                    LastRow = Math.Max(LastRow, row.Row);
                    FleetJournalRow? before = _known.GetValueOrDefault(row.Row);
                    bool applied = row.HasEnded
                        ? row.Status is FleetStatus.Unknown
                        : row.Stage is FleetStage.Apply || before?.Work.MayHaveApplied == true;
                    FleetWork earlier = before?.Work ?? FleetWork.None;
                    FleetWork work = row.Taken is { } taken
                        ? new FleetWork(applied, taken, row.InDoubt)
                        : earlier with { MayHaveApplied = applied };

                    // Connected is final: a resumed run does not touch such a row again.
                    if (before?.Connected is null)
                    {
                        _known[row.Row] = new FleetJournalRow(
                            row.Key,
                            row.IsConnected ? row.ToResult() : null,
                            work,
                            row.IsUntouched && before is not { IsUntouched: false });
                    }

                    break;
            }
        }

        WasTorn = reader.IsTorn;
        if (_guard is null)
            return;
        if (reader.IsTorn)
            _file.SetLength(reader.End);
        _file.Position = reader.End;
    }

    private void WriteAll()
    {
        var batch = new List<Entry>();
        try
        {
            foreach (Entry first in _entries.GetConsumingEnumerable())
            {
                batch.Add(first);
                while (_entries.TryTake(out Entry? next))
                    batch.Add(next);
                foreach (Entry entry in batch)
                    _file.Write(entry.Line);
                _file.Flush(flushToDisk: true);
                foreach (Entry entry in batch)
                    entry.Written.TrySetResult();
                batch.Clear();
            }

            // A run that ended before its first row leaves no file that would block the next run.
            bool isEmpty = _file.Length == 0;
            _file.Dispose();
            if (isEmpty)
                File.Delete(Path);
        }
        catch (Exception e)
        {
            // Any exception: the waiting callers need it, and an unhandled one on this thread would end the process.
            _failure = NotWritable(Path, e.Message, e);
            _entries.CompleteAdding();
            foreach (Entry entry in batch.Concat(_entries.GetConsumingEnumerable()))
                entry.Written.TrySetException(_failure);
            CloseBroken();
        }
        finally
        {
            _guard!.Dispose();
            _closed.TrySetResult();
        }
    }

    private void CloseBroken()
    {
        try
        {
            _file.Dispose();
        }
        catch (IOException)
        {
            // The failure that was reported already.
        }
    }

    private sealed record Entry(byte[] Line)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>The state of a row in an earlier run.</summary>
/// <param name="Key">The row's identity.</param>
/// <param name="Connected">The row's result, if its device is connected.</param>
/// <param name="Work">What was done to its device.</param>
/// <param name="IsUntouched">Whether it was only found Invalid or empty, so that it may have been corrected since.</param>
internal sealed record FleetJournalRow(string Key, FleetResult? Connected, FleetWork Work, bool IsUntouched);
