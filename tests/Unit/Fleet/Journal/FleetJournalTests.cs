using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Tests.Fleet.Journal;

public class FleetJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("espprov-journal").FullName;

    private string JournalPath => Path.Combine(_folder, "run.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_resumed_run_skips_what_the_journal_proves_done_and_redoes_the_rest()
    {
        await WriteAsync(Rows(3), Connected(1), Failed(2));
        FleetVerdict[] verdicts = await ExamineAsync(Rows(3), resume: true);
        Assert.Equal(FleetStatus.Skipped, verdicts[0].Result!.Status);
        Assert.Equal("ConnectedByEarlierRun", verdicts[0].Result!.Reason);
        Assert.Equal("10.0.0.1", verdicts[0].Result!.IPAddress);
        Assert.Equal([FleetVerdictKind.Settled, FleetVerdictKind.Ready, FleetVerdictKind.Ready], verdicts.Select(verdict => verdict.Kind));
    }

    [Fact]
    public async Task A_torn_last_line_is_cut_away_and_told()
    {
        await WriteAsync(Rows(3), Connected(1), Connected(2));
        byte[] whole = await File.ReadAllBytesAsync(JournalPath);
        int lastLine = whole.AsSpan(0, whole.Length - 1).LastIndexOf((byte)'\n') + 1;
        for (int length = lastLine + 1; length < whole.Length; length += 17)
        {
            await File.WriteAllBytesAsync(JournalPath, whole[..length]);
            await using var journal = FleetJournal.Open(JournalPath, resume: true);
            Assert.True(journal.WasTorn);
            Assert.NotNull(journal.Known(1)!.Connected);
            Assert.Null(journal.Known(2)?.Connected);
            Assert.Equal(lastLine, new FileInfo(JournalPath).Length);
        }
    }

    [Fact]
    public async Task A_journal_that_is_damaged_elsewhere_is_refused()
    {
        await WriteAsync(Rows(3), Connected(1), Connected(2));
        string[] lines = await File.ReadAllLinesAsync(JournalPath);
        lines[1] = lines[1][..20];
        await File.WriteAllLinesAsync(JournalPath, lines);
        Assert.Equal(FleetJournalProblem.JournalNotReadable, Assert.Throws<FleetJournalException>(() => FleetJournal.Open(JournalPath, resume: true)).Problem);
    }

    [Theory]
    [InlineData("not json\n")]
    [InlineData("{\"type\":\"row\"}\n")]
    [InlineData("{\"type\":\"run\",\"time\":\"2026-01-01T00:00:00Z\",\"format\":\"another\",\"plan\":\"x\"}\n")]
    [InlineData("{\"type\":\"run\",\"time\":\"2026-01-01T00:00:00Z\",\"format\":\"espprov-journal-1\",\"plan\":\"x\"}\n")]
    [InlineData("[1,2]\n\n\n")]
    public async Task What_is_no_journal_is_refused_and_left_alone(string content)
    {
        await File.WriteAllTextAsync(JournalPath, content);
        Assert.Equal(FleetJournalProblem.JournalNotReadable, Assert.Throws<FleetJournalException>(() => FleetJournal.Open(JournalPath, resume: true)).Problem);
        Assert.Equal(content, await File.ReadAllTextAsync(JournalPath));
    }

    [Theory]
    [InlineData("\"stage\":\"99999999999\"")]
    [InlineData("\"stage\":\"77\"")]
    [InlineData("\"stage\":\"1\"")]
    [InlineData("\"stage\":\"Done\",\"status\":\"77\",\"ms\":1")]
    [InlineData("\"stage\":\"Done\",\"status\":\"Connected\",\"ms\":9223372036854775807")]
    [InlineData("\"stage\":\"Done\",\"status\":\"Connected\",\"ms\":-1")]
    [InlineData("\"stage\":\"Done\",\"key\":null")]
    [InlineData("\"stage\":\"Done\",\"name\":null")]
    public async Task A_line_that_no_run_writes_is_damage_and_nothing_else(string fields)
    {
        string run = """{"type":"run","time":"2026-01-01T00:00:00Z","format":"espprov-journal-2","plan":"x"}""";
        string row = """{"type":"row","time":"2026-01-01T00:00:00Z","row":1,"key":"k","name":"d",""" + fields + "}";
        await File.WriteAllTextAsync(JournalPath, $"{run}\n{row}\n{run}\n");
        Assert.Equal(FleetJournalProblem.JournalNotReadable, Assert.Throws<FleetJournalException>(() => new FleetJournalMerge().Add(JournalPath)).Problem);
    }

    [Fact]
    public async Task A_shard_that_is_none_is_damage()
    {
        string run = """{"type":"run","time":"2026-01-01T00:00:00Z","format":"espprov-journal-2","plan":"x","shard":"1/2147483647"}""";
        await File.WriteAllTextAsync(JournalPath, run + "\n");
        Assert.Equal(FleetJournalProblem.JournalNotReadable, Assert.Throws<FleetJournalException>(() => new FleetJournalMerge().Add(JournalPath)).Problem);
    }

    [Fact]
    public async Task A_journal_of_another_plan_is_refused_before_anything_is_sent()
    {
        await WriteAsync(Rows(3), Connected(1), Connected(3));
        FleetRow[] other = Rows(3);
        other[2] = Row(3, "10.9.9.9");
        var links = new CountingLinks();
        await using var journal = FleetJournal.Open(JournalPath, resume: true);
        await using var run = new FleetRun(new FleetOptions(), links, journal, _ => { }, (_, _, _) => { });
        Assert.Equal(FleetVerdictKind.Settled, (await run.ExamineAsync(other[0])).Kind);
        Assert.Equal(FleetVerdictKind.Ready, (await run.ExamineAsync(other[1])).Kind);
        run.Add(other[1]);
        Assert.Equal(FleetJournalProblem.JournalOfAnotherPlan, (await Assert.ThrowsAsync<FleetJournalException>(() => run.ExamineAsync(other[2]))).Problem);
        Assert.Equal(0, links.Transports);
    }

    [Fact]
    public async Task A_plan_that_is_shorter_than_the_journals_is_refused()
    {
        await WriteAsync(Rows(3), Connected(3));
        await using var journal = FleetJournal.Open(JournalPath, resume: true);
        var links = new CountingLinks();
        await using var run = new FleetRun(new FleetOptions(), links, journal, _ => { }, (_, _, _) => { });
        FleetRow row = Rows(1)[0];
        await run.ExamineAsync(row);
        run.Add(row);
        Assert.Equal(FleetJournalProblem.JournalOfAnotherPlan, (await Assert.ThrowsAsync<FleetJournalException>(run.CompleteAsync)).Problem);
        Assert.Equal(0, links.Transports);
    }

    [Fact]
    public async Task A_corrected_passphrase_or_proof_is_still_the_same_plan()
    {
        await WriteAsync(Rows(1), Failed(1));
        using var row = new FleetRow
        {
            Number = 1,
            Address = "10.0.0.1",
            Ssid = "net"u8.ToArray(),
            SsidText = "net",
            Passphrase = Secret.FromUtf8("another-one"),
            ProofOfPossession = Secret.FromUtf8("another-proof"),
        };
        Assert.Equal(FleetVerdictKind.Ready, (await ExamineAsync([row], resume: true))[0].Kind);
    }

    [Fact]
    public async Task Another_shard_of_the_plan_is_refused()
    {
        await WriteAsync(Rows(1), Connected(1));
        await using var journal = FleetJournal.Open(JournalPath, resume: true);
        await using var run = new FleetRun(new FleetOptions { Shard = new FleetShard(1, 2) }, new CountingLinks(), journal, _ => { }, (_, _, _) => { });
        FleetJournalException refusal = await Assert.ThrowsAsync<FleetJournalException>(() => run.ExamineAsync(Rows(1)[0]));
        Assert.Equal(FleetJournalProblem.JournalOfAnotherPlan, refusal.Problem);
    }

    [Fact]
    public async Task A_journal_of_a_process_that_ends_at_this_moment_is_waited_for()
    {
        FileStream other = new(JournalPath + ".lock", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        int pauses = 0;
        await using var journal = FleetJournal.Open(JournalPath, resume: true, () =>
        {
            if (++pauses == 3)
                other.Dispose();
        });
        Assert.Equal(3, pauses);
    }

    [Fact]
    public async Task A_run_that_goes_on_is_not_waited_for_longer_than_a_second()
    {
        await using var journal = FleetJournal.Open(JournalPath, resume: false);
        int pauses = 0;
        FleetJournalException refusal = Assert.Throws<FleetJournalException>(() => FleetJournal.Open(JournalPath, resume: true, () => pauses++));
        Assert.Equal(FleetJournalProblem.JournalInUse, refusal.Problem);
        Assert.Equal(9, pauses);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Other_errors_are_told_without_a_retry(bool resume)
    {
        File.WriteAllText(JournalPath, "");
        string path = resume ? Path.Combine(_folder, "nowhere", "run.jsonl") : JournalPath;
        Assert.Throws<FleetJournalException>(() => FleetJournal.Open(path, resume, () => Assert.Fail("It was tried again.")));
    }

    [SkippableFact]
    public void What_is_no_file_on_a_disk_is_refused_and_not_read()
    {
        Skip.If(OperatingSystem.IsWindows(), "There is no program mkfifo.");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [JournalPath]))
            mkfifo.WaitForExit();
        FleetJournalException refusal = Assert.Throws<FleetJournalException>(() => FleetJournal.Open(JournalPath, resume: true));
        Assert.Equal(FleetJournalProblem.JournalNotWritable, refusal.Problem);
        Assert.False(File.Exists(JournalPath + ".lock"));
    }

    [Fact]
    public async Task A_journal_is_not_overwritten_and_not_shared()
    {
        await WriteAsync(Rows(1), Connected(1));
        await using (FleetJournal.Open(JournalPath, resume: true))
        {
            Assert.Equal(FleetJournalProblem.JournalInUse, Assert.Throws<FleetJournalException>(() => FleetJournal.Open(JournalPath, resume: true)).Problem);
        }

        Assert.Equal(FleetJournalProblem.JournalExists, Assert.Throws<FleetJournalException>(() => FleetJournal.Open(JournalPath, resume: false)).Problem);
        Assert.Equal(
            FleetJournalProblem.JournalNotWritable,
            Assert.Throws<FleetJournalException>(() => FleetJournal.Open(Path.Combine(_folder, "nowhere", "run.jsonl"), resume: true)).Problem);
    }

    [Fact]
    public async Task A_run_that_ends_before_its_first_row_leaves_no_journal_in_the_way_of_the_next()
    {
        await FleetJournal.Open(JournalPath, resume: false).DisposeAsync();
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
        await FleetJournal.Open(JournalPath, resume: false).DisposeAsync();
    }

    [SkippableTheory]
    [InlineData("", true)]
    [InlineData("", false)]
    [InlineData(".lock", true)]
    public void A_journal_is_not_written_through_a_link(string suffix, bool resume)
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege there.");
        string other = Path.Combine(_folder, "other");
        File.WriteAllText(other, "");
        File.CreateSymbolicLink(JournalPath + suffix, other);

        FleetJournalException exception = Assert.Throws<FleetJournalException>(() => FleetJournal.Open(JournalPath, resume));

        Assert.Equal(FleetJournalProblem.JournalNotWritable, exception.Problem);
        Assert.Contains("is a link", exception.Message, StringComparison.Ordinal);
        Assert.Equal([other, JournalPath + suffix], Directory.GetFiles(_folder).Order());
    }

    [Fact]
    public async Task A_device_that_is_gone_after_an_earlier_run_applied_is_Unknown()
    {
        await WriteAsync(Rows(1), (journal, row, key) => journal.AppendAsync(new FleetRowRecord
        {
            Time = DateTimeOffset.UnixEpoch,
            Row = 1,
            Key = key,
            Name = row.Device,
            Stage = FleetStage.Apply,
            Attempt = 1,
        }));
        FleetResult? result = null;
        await using var journal = FleetJournal.Open(JournalPath, resume: true);
        await using var run = new FleetRun(new FleetOptions { MaxAttempts = 1 }, new CountingLinks(), journal, done => result = done, (_, _, _) => { });
        FleetRow row = Rows(1)[0];
        await run.ExamineAsync(row);
        run.Add(row);
        await run.CompleteAsync();
        Assert.Equal((FleetStatus.Unknown, JoinFailure.WifiOutcomeUnknown), (result!.Status, result.ErrorId));
    }

    [Fact]
    public async Task Shards_are_merged_into_one_result_a_row_and_missing_ones_are_told()
    {
        FleetRow[] rows = Rows(40);
        string[] paths = [Path.Combine(_folder, "1.jsonl"), Path.Combine(_folder, "2.jsonl")];
        for (int index = 1; index <= 2; index++)
        {
            await using var journal = FleetJournal.Open(paths[index - 1], resume: false);
            await using var run = new FleetRun(new FleetOptions { Shard = new FleetShard(index, 3), MaxAttempts = 1 }, new CountingLinks(), journal, _ => { }, (_, _, _) => { });
            foreach (FleetRow row in Rows(40))
            {
                if ((await run.ExamineAsync(row)).Kind is FleetVerdictKind.Ready)
                    run.Add(row);
            }

            await run.CompleteAsync();
        }

        var merge = new FleetJournalMerge();
        foreach (string path in paths)
            merge.Add(path);
        merge.Complete();
        int[] expected = [.. rows.Where(row => !new FleetShard(3, 3).Owns(FleetIdentity.DeviceOf(row))).Select(row => row.Number)];
        Assert.Equal(expected, merge.Results().Select(result => result.Row));
        Assert.InRange(expected.Length, 1, 39);
        Assert.Contains("3/3", Assert.Single(merge.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Journals_of_different_plans_are_not_merged()
    {
        await WriteAsync(Rows(1), Connected(1));
        string other = Path.Combine(_folder, "other.jsonl");
        File.Move(JournalPath, other);
        await WriteAsync([Row(1, "10.7.7.7")], Connected(1));
        var merge = new FleetJournalMerge();
        merge.Add(other);
        Assert.Equal(FleetJournalProblem.JournalOfAnotherPlan, Assert.Throws<FleetJournalException>(() => merge.Add(JournalPath)).Problem);
    }

    private static FleetRow[] Rows(int count) => [.. Enumerable.Range(1, count).Select(number => Row(number, $"10.0.0.{number}"))];

    private static FleetRow Row(int number, string address) => new()
    {
        Number = number,
        Address = address,
        Ssid = "net"u8.ToArray(),
        SsidText = "net",
        Passphrase = Secret.FromUtf8("passphrase"),
    };

    private static Func<FleetJournal, FleetRow, string, Task> Connected(int number) => Ended(number, FleetStatus.Connected);

    private static Func<FleetJournal, FleetRow, string, Task> Failed(int number) => Ended(number, FleetStatus.Failed);

    private static Func<FleetJournal, FleetRow, string, Task> Ended(int number, FleetStatus status) => (journal, row, key) => row.Number != number
        ? Task.CompletedTask
        : journal.AppendAsync(FleetRowRecord.Of(key, new FleetResult
        {
            Row = number,
            Name = row.Device,
            Status = status,
            Stage = FleetStage.Done,
            Attempts = 1,
            IPAddress = $"10.0.0.{number}",
            Timestamp = DateTimeOffset.UnixEpoch,
        }));

    private async Task WriteAsync(FleetRow[] rows, params Func<FleetJournal, FleetRow, string, Task>[] records)
    {
        await using var journal = FleetJournal.Open(JournalPath, resume: false);
        await journal.AppendAsync(new FleetRunRecord { Time = DateTimeOffset.UnixEpoch, Plan = FleetIdentity.KeyOf(rows[0]) });
        foreach (FleetRow row in rows)
        {
            foreach (Func<FleetJournal, FleetRow, string, Task> record in records)
                await record(journal, row, FleetIdentity.KeyOf(row));
        }
    }

    private async Task<FleetVerdict[]> ExamineAsync(FleetRow[] rows, bool resume)
    {
        await using var journal = FleetJournal.Open(JournalPath, resume);
        await using var run = new FleetRun(new FleetOptions(), new CountingLinks(), journal, _ => { }, (_, _, _) => { });
        var verdicts = new List<FleetVerdict>();
        foreach (FleetRow row in rows)
            verdicts.Add(await run.ExamineAsync(row));
        return [.. verdicts];
    }

    private sealed class CountingLinks : IFleetLinks
    {
        public int Transports;

        public Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ITransport CreateTransport(FleetRow row, ProvisioningDevice device)
        {
            Interlocked.Increment(ref Transports);
            throw new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, $"{device.Address} is not there.");
        }
    }
}
