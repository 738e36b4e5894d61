using System.Collections.Concurrent;
using EspProv.Host.Files;

namespace EspProv.Fleet.Journal;

/// <summary>
/// The record of a run: append-only JSON Lines, on the disk before the next step is taken, and without a secret. Records that
/// wait at the same time share one flush.
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

    // Without a guard it is only looked at.
    private FleetJournal(FileStream file, FileStream? guard, string path)
    {
        _file = file;
        _guard = guard;
        Path = path;
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "EspProv journal" };
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether there was anything of an earlier run in it.</summary>
    public bool IsResumed => Plan is not null;

    /// <summary>Whether the last line had been torn off, and was cut away.</summary>
    public bool WasTorn { get; private set; }

    /// <summary>What the earlier run was a run of.</summary>
    internal string? Plan { get; private set; }

    /// <summary>Which part of it.</summary>
    internal string? Shard { get; private set; }

    /// <summary>The highest row that the earlier run knew.</summary>
    internal int LastRow { get; private set; }

    /// <summary>Opens a journal, and reads what is in it.</summary>
    /// <param name="path">The file; it is made when it is not there.</param>
    /// <param name="resume">Go on with one that is there; without it, that is an error.</param>
    /// <exception cref="FleetJournalException">The file exists, is in use, is no journal, or cannot be written.</exception>
    public static FleetJournal Open(string path, bool resume) => Open(path, resume, FileRetry.Pause);

    /// <summary>The same with a pause between the attempts to open a file that another process has open, for tests.</summary>
    internal static FleetJournal Open(string path, bool resume, Action pause)
    {
        string guardPath = path + GuardSuffix;
        FileStream file;
        FileStream? guard = null;
        try
        {
            // A journal grows in place and cannot be replaced as other files are, but it lies where one of them could.
            ReplacementFile.Check(path, overwrite: true);
            ReplacementFile.Check(path + GuardSuffix, overwrite: true);
        }
        catch (IOException e)
        {
            throw new FleetJournalException(FleetJournalProblem.JournalNotWritable, $"The journal '{path}' cannot be written: {e.Message}", e);
        }

        try
        {
            // A second run is kept out by a file beside the journal, so that others may read the journal along. The system lets go
            // of the lock however the process ends.
            guard = FileRetry.Run(
                () => new FileStream(guardPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose),
                e => (e is IOException && File.Exists(guardPath)) || IsPassingOnWindows(e),
                pause);
            file = FileRetry.Run(
                () => new FileStream(path, resume ? FileMode.OpenOrCreate : FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read),
                IsPassingOnWindows,
                pause);
        }
        catch (IOException e) when (guard is not null && !resume && File.Exists(path))
        {
            guard.Dispose();
            throw new FleetJournalException(FleetJournalProblem.JournalExists, $"There is a journal '{path}' already.", e);
        }
        catch (IOException e) when (guard is null && File.Exists(guardPath))
        {
            throw new FleetJournalException(FleetJournalProblem.JournalInUse, $"The journal '{path}' is used by another run: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            guard?.Dispose();
            throw new FleetJournalException(FleetJournalProblem.JournalNotWritable, $"The journal '{path}' cannot be written: {e.Message}", e);
        }

        // A pipe, or a device of Windows' such as NUL: nothing would be kept, and reading might never end.
        if (!file.CanSeek)
        {
            file.Dispose();
            guard.Dispose();
            throw new FleetJournalException(
                FleetJournalProblem.JournalNotWritable, $"The journal '{path}' cannot be written: it is not a file on a disk.");
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

    /// <summary>Reads what is in a journal, for a run that sends nothing: it is left as it is, and nothing is added to it.</summary>
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
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new FleetJournalException(FleetJournalProblem.JournalNotReadable, $"The journal '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What an earlier run knew of a row; null when it never came so far.</summary>
    internal FleetJournalRow? Known(int row) => _known.GetValueOrDefault(row);

    /// <summary>The row has been compared; what is known of it is not needed any more.</summary>
    internal void Forget(int row) => _known.Remove(row);

    /// <summary>Writes a record; done when it is on the disk.</summary>
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
            return Task.FromException(_failure ?? new FleetJournalException(FleetJournalProblem.JournalNotWritable, $"The journal '{Path}' is closed."));
        }

        return entry.Written.Task;
    }

    /// <summary>Writes what is waiting, and closes the file; one in which nothing was written is removed.</summary>
    public async ValueTask DisposeAsync()
    {
        _entries.CompleteAdding();
        await _closed.Task.ConfigureAwait(false);
    }

    // There a file may stay open for a moment after the process that had it was killed, or be half deleted, which denies the access.
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

                    // Once done, always done: a resumed run does not touch such a row again.
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

            // A run that ended before its first row leaves nothing that would keep the next one from starting.
            bool isEmpty = _file.Length == 0;
            _file.Dispose();
            if (isEmpty)
                File.Delete(Path);
        }
        catch (Exception e)
        {
            // Of any kind: nothing else would tell those who wait, and an exception on this thread would end the process.
            _failure = new FleetJournalException(FleetJournalProblem.JournalNotWritable, $"The journal '{Path}' cannot be written: {e.Message}", e);
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
            // The same failure once more; it was told.
        }
    }

    private sealed record Entry(byte[] Line)
    {
        public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What an earlier run knew of a row.</summary>
/// <param name="Key">What made it that row.</param>
/// <param name="Connected">Its result, when the device had said that it is connected.</param>
/// <param name="Work">What was done to its device.</param>
/// <param name="IsUntouched">Whether it was never more than found Invalid or empty: then it may have been corrected into another one.</param>
internal sealed record FleetJournalRow(string Key, FleetResult? Connected, FleetWork Work, bool IsUntouched);
