using System.Collections.Concurrent;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Virtual;

namespace EspProv.Tests.Fleet.Run;

/// <summary>Whatever one row's device, link or listener throws, the other rows have their own results.</summary>
public sealed class FleetIsolationTests : IDisposable
{
    private const string SecretText = "text-of-a-hostile-device";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Func<Exception>[] Unexpected =
    [
        () => new ArgumentOutOfRangeException(SecretText),
        () => new NullReferenceException(SecretText),
        () => new InvalidOperationException(SecretText),
        () => new IOException(SecretText),
        () => new OperationCanceledException(SecretText),
        () => new TimeoutException(SecretText),
        () => new AggregateException(SecretText, new FormatException(SecretText)),
        () => new ObjectDisposedException(SecretText),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("espprov-isolation").FullName;

    private string JournalPath => Path.Combine(_folder, "run.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(LinkStep.Find, FleetStatus.Failed, FleetErrorIds.UnexpectedError)]
    [InlineData(LinkStep.CreateTransport, FleetStatus.Failed, FleetErrorIds.UnexpectedError)]
    [InlineData(LinkStep.Open, FleetStatus.Failed, FleetErrorIds.UnexpectedError)]
    [InlineData(LinkStep.Version, FleetStatus.Failed, FleetErrorIds.UnexpectedError)]
    [InlineData(LinkStep.Handshake, FleetStatus.Failed, FleetErrorIds.UnexpectedError)]
    [InlineData(LinkStep.FirstStatus, FleetStatus.Failed, FleetErrorIds.UnexpectedError)]
    [InlineData(LinkStep.Set, FleetStatus.Failed, FleetErrorIds.UnexpectedError)]
    [InlineData(LinkStep.Apply, FleetStatus.Unknown, JoinFailure.WifiOutcomeUnknown)]
    [InlineData(LinkStep.Follow, FleetStatus.Unknown, JoinFailure.WifiOutcomeUnknown)]
    [InlineData(LinkStep.Close, FleetStatus.Connected, null)]
    [InlineData(LinkStep.Dispose, FleetStatus.Connected, null)]
    public async Task An_unexpected_exception_is_the_result_of_its_own_row_and_a_resumed_run_goes_on(
        LinkStep step, FleetStatus status, string? errorId)
    {
        const int Good = 4;
        await using Devices devices = await Devices.StartAsync(Unexpected.Length + Good);
        FleetRow[] Rows() => [.. devices.All.Select((device, i) => Row(i + 1, IsFound(i) ? null : device.Address, device.Name))];
        bool IsFound(int i) => step is LinkStep.Find && i < Unexpected.Length;

        (FleetResult[] results, string[] notices) = await RunAsync(Rows(), new FaultyLinks(step, devices), resume: false);
        Assert.Equal(Enumerable.Range(1, Unexpected.Length + Good), results.Select(result => result.Row));
        Assert.All(results[Unexpected.Length..], result => Assert.Equal(FleetStatus.Connected, result.Status));
        Assert.All(
            results[..Unexpected.Length],
            result => Assert.Equal((status, errorId, 1), (result.Status, result.ErrorId, result.Attempts)));
        for (int i = 0; i < Unexpected.Length; i++)
        {
            (string row, string type) = ($"{i + 1}:", Unexpected[i]().GetType().Name);
            Assert.Contains(
                notices, notice => notice.StartsWith(row, StringComparison.Ordinal) && notice.Contains(type, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(notices, notice => notice.Contains(SecretText, StringComparison.Ordinal));
        Assert.DoesNotContain(results, result => $"{result.Error}{result.Reason}".Contains(SecretText, StringComparison.Ordinal));
        Assert.DoesNotContain(SecretText, await File.ReadAllTextAsync(JournalPath), StringComparison.Ordinal);

        (FleetResult[] resumed, _) = await RunAsync(Rows(), new FaultyLinks(LinkStep.None, devices), resume: true);
        Assert.All(resumed[Unexpected.Length..], result => Assert.Equal("ConnectedByEarlierRun", result.Reason));
        Assert.All(
            resumed[..Unexpected.Length],
            result => Assert.Equal(status is FleetStatus.Connected ? FleetStatus.Skipped : FleetStatus.Connected, result.Status));
    }

    [Fact]
    public async Task A_listener_that_throws_ends_neither_a_row_nor_the_run()
    {
        await using Devices devices = await Devices.StartAsync(3);
        FleetRow[] rows = [.. devices.All.Select((device, i) => Row(i + 1, device.Address, device.Name))];
        await using (var journal = FleetJournal.Open(JournalPath, resume: false))
        {
            var links = new FaultyLinks(LinkStep.Close, devices);
            var run = new FleetRun(Options, links, journal, _ => throw Unexpected[0](), (_, _, _) => throw Unexpected[1]());
            await using (run)
            {
                foreach (FleetRow row in rows)
                {
                    Assert.Equal(FleetVerdictKind.Ready, (await run.ExamineAsync(row)).Kind);
                    run.Add(row);
                }

                await run.CompleteAsync().WaitAsync(Patience);
                Assert.Equal((3, 3), (run.Progress.Finished, run.Progress.Connected));
            }
        }

        string[] lines = await File.ReadAllLinesAsync(JournalPath);
        Assert.Equal(3, lines.Count(line => line.Contains("\"status\":\"Connected\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_a_link_throws_after_the_user_gave_up_is_no_result()
    {
        await using Devices devices = await Devices.StartAsync(1);
        var links = new FaultyLinks(LinkStep.OpenUntilStopped, devices);
        var results = new ConcurrentQueue<FleetResult>();
        await using (var journal = FleetJournal.Open(JournalPath, resume: false))
        {
            var run = new FleetRun(Options, links, journal, results.Enqueue, (_, _, _) => { });
            await using (run)
            {
                FleetRow row = Row(1, devices.All[0].Address, "PROV_1");
                await run.ExamineAsync(row);
                run.Add(row);
                Task all = run.CompleteAsync();
                await links.Reached.WaitAsync(Patience);
                run.Stop();
                await all.WaitAsync(Patience);
                Assert.False(run.Failed.IsCompleted);
            }
        }

        Assert.Empty(results);
        Assert.DoesNotContain("\"status\"", await File.ReadAllTextAsync(JournalPath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_that_cannot_even_be_checked_is_invalid_and_the_next_one_is_ready()
    {
        await using var run = new FleetRun(Options, new FaultyLinks(LinkStep.None, null), journal: null, _ => { }, (_, _, _) => { });
        FleetRow broken = Row(1, "127.0.0.1", "PROV_1");
        broken.Passphrase!.Dispose();
        FleetVerdict verdict = await run.ExamineAsync(broken);
        Assert.Equal((FleetStatus.Invalid, FleetErrorIds.UnexpectedError), (verdict.Result!.Status, verdict.Result.ErrorId));
        using FleetRow good = Row(2, "127.0.0.2", "PROV_2");
        Assert.Equal(FleetVerdictKind.Ready, (await run.ExamineAsync(good)).Kind);
    }

    [Fact]
    public async Task Names_that_are_no_well_formed_text_are_recorded_all_the_same()
    {
        FleetRow[] rows = [Row(1, null, "\uD800"), Row(2, null, "b\uDC00")];
        (FleetResult[] results, _) = await RunAsync(rows, new FaultyLinks(LinkStep.Find, null), resume: false);
        Assert.All(results, result => Assert.Equal(FleetErrorIds.UnexpectedError, result.ErrorId));
    }

    private static FleetOptions Options => new() { ThrottleLimit = 8, RetryDelay = TimeSpan.FromMilliseconds(5) };

    private static FleetRow Row(int number, string? address, string name) => StockRow.Of(address, number, name);

    private async Task<(FleetResult[] Results, string[] Notices)> RunAsync(FleetRow[] rows, IFleetLinks links, bool resume)
    {
        var notices = new ConcurrentQueue<string>();
        await using var journal = FleetJournal.Open(JournalPath, resume);
        FleetResult[] results = await WholePlan.RunAsync(
            rows, journal, Options, links, (row, text, _) => notices.Enqueue($"{row.Number}: {text}"));
        return (results, [.. notices]);
    }

    /// <summary>Where a link throws.</summary>
    public enum LinkStep
    {
        None,
        Find,
        CreateTransport,
        Open,
        OpenUntilStopped,
        Version,
        Handshake,
        FirstStatus,
        Set,
        Apply,
        Follow,
        Close,
        Dispose,
    }

    private sealed class Devices(VirtualDevice[] all) : IAsyncDisposable
    {
        public VirtualDevice[] All => all;

        public static async Task<Devices> StartAsync(int count)
        {
            var options = new VirtualDeviceOptions { ConnectDelay = TimeSpan.Zero };
            IEnumerable<VirtualDeviceOptions> all = Enumerable.Range(1, count).Select(i => options with { Name = $"PROV_{i}" });
            return new Devices(await Task.WhenAll(all.Select(one => VirtualDevice.StartAsync(one, default))));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (VirtualDevice device in all)
                await device.DisposeAsync();
        }
    }

    /// <summary>HTTP whose first rows throw, each one of <see cref="Unexpected"/>, at one step.</summary>
    private sealed class FaultyLinks(LinkStep step, Devices? devices) : IFleetLinks
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken)
        {
            ThrowAt(LinkStep.Find, row);
            return Task.FromResult(row.At(devices!.All.Single(device => device.Name == row.Name).Address));
        }

        public ITransport CreateTransport(FleetRow row, ProvisioningDevice device)
        {
            ThrowAt(LinkStep.CreateTransport, row);
            return new Transport(this, row, new HttpTransport(device.Address));
        }

        private void ThrowAt(LinkStep here, FleetRow row)
        {
            if (here == step && row.Number <= Unexpected.Length)
                throw Unexpected[row.Number - 1]();
        }

        private sealed class Transport(FaultyLinks links, FleetRow row, HttpTransport inner) : ForwardingTransport(inner)
        {
            private int _configs;

            public override async Task OpenAsync(CancellationToken cancellationToken)
            {
                links.ThrowAt(LinkStep.Open, row);
                if (links.IsAt(LinkStep.OpenUntilStopped))
                {
                    links._reached.TrySetResult();
                    await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
                    throw new InvalidOperationException(SecretText);
                }

                await base.OpenAsync(cancellationToken);
            }

            public override Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
            {
                links.ThrowAt(
                    endpoint switch
                    {
                        "proto-ver" => LinkStep.Version,
                        "prov-session" => LinkStep.Handshake,
                        "prov-config" => LinkStep.FirstStatus + Math.Min(_configs++, LinkStep.Follow - LinkStep.FirstStatus),
                        _ => LinkStep.None,
                    },
                    row);
                return base.ExchangeAsync(endpoint, request, cancellationToken);
            }

            public override async Task CloseAsync()
            {
                await base.CloseAsync();
                links.ThrowAt(LinkStep.Close, row);
            }

            public override async ValueTask DisposeAsync()
            {
                await base.DisposeAsync();
                links.ThrowAt(LinkStep.Dispose, row);
            }
        }

        private bool IsAt(LinkStep here) => here == step;
    }
}
