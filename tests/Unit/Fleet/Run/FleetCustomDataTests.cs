using System.Collections.Concurrent;
using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Virtual;

namespace EspProv.Tests.Fleet.Run;

/// <summary>Custom data may have side effects: it is never sent twice, over attempts and over runs.</summary>
public sealed class FleetCustomDataTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("espprov-data").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_attempt_that_follows_goes_on_behind_what_was_answered()
    {
        var received = new ConcurrentQueue<string>();
        int configs = 0;
        await using VirtualDevice device = await StartAsync(received, request =>
            request.Endpoint == "prov-config" && ++configs is 2 or 3 or 4 ? VirtualFaultKind.DropRequest : null);
        FleetResult result = await RunAsync(device, journal: null);
        Assert.Equal((FleetStatus.Connected, 2), (result.Status, result.Attempts));
        Assert.Equal(["a", "b", "c"], received);
    }

    [Theory]
    [InlineData(VirtualFaultKind.DropRequest)]
    [InlineData(VirtualFaultKind.DropResponse)]
    public async Task An_answer_that_was_lost_ends_the_row_and_is_not_sent_again_by_a_run_that_resumes(VirtualFaultKind kind)
    {
        var received = new ConcurrentQueue<string>();
        await using VirtualDevice device = await StartAsync(received, request => request.Endpoint == "b" && received.Count(name => name == "b") == 1 ? kind : null);
        string path = Path.Combine(_folder, $"{kind}.jsonl");
        await using (var journal = FleetJournal.Open(path, resume: false))
        {
            FleetResult result = await RunAsync(device, journal);
            Assert.Equal((FleetStatus.Failed, FleetErrorIds.CustomDataInDoubt, FleetStage.CustomData, 1), (result.Status, result.ErrorId, result.Stage, result.Attempts));
            Assert.Contains("'b'", result.Error, StringComparison.Ordinal);
        }

        await using (var journal = FleetJournal.Open(path, resume: true))
        {
            FleetResult result = await RunAsync(device, journal);
            Assert.Equal((FleetStatus.Failed, FleetErrorIds.CustomDataInDoubt), (result.Status, result.ErrorId));
        }

        Assert.Equal(["a", "b"], received);
        Assert.DoesNotContain("secret-data", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_was_killed_while_an_entry_was_on_its_way_leaves_it_in_doubt_and_after_its_answer_does_not_send_it_again()
    {
        var received = new ConcurrentQueue<string>();
        await using VirtualDevice device = await StartAsync(received, _ => null);
        string path = Path.Combine(_folder, "whole.jsonl");
        await using (var journal = FleetJournal.Open(path, resume: false))
            Assert.Equal(FleetStatus.Connected, (await RunAsync(device, journal)).Status);
        string[] lines = await File.ReadAllLinesAsync(path);
        int[] sends = [.. Enumerable.Range(0, lines.Length).Where(at => lines[at].Contains("CustomData", StringComparison.Ordinal) && !lines[at].Contains("status", StringComparison.Ordinal))];
        Assert.Equal(3, sends.Length);

        // Cut behind the line that says that the second is about to be sent.
        await ResumeFromAsync(lines[..(sends[1] + 1)], device, FleetErrorIds.CustomDataInDoubt);
        Assert.Equal(["a", "b", "c"], received);

        // Cut behind Apply: all of it was answered.
        int apply = Array.FindIndex(lines, line => line.Contains("Apply", StringComparison.Ordinal));
        await ResumeFromAsync(lines[..(apply + 1)], device, errorId: null);
        Assert.Equal(["a", "b", "c"], received);
    }

    private async Task ResumeFromAsync(string[] lines, VirtualDevice device, string? errorId)
    {
        await device.EraseAsync(default);
        string path = Path.Combine(_folder, $"{lines.Length}.jsonl");
        await File.WriteAllLinesAsync(path, lines);
        await using var journal = FleetJournal.Open(path, resume: true);
        Assert.Equal(errorId, (await RunAsync(device, journal)).ErrorId);
    }

    private static async Task<VirtualDevice> StartAsync(ConcurrentQueue<string> received, Func<VirtualRequest, VirtualFaultKind?> faultOf) => await VirtualDevice.StartAsync(
        new VirtualDeviceOptions
        {
            ConnectDelay = TimeSpan.Zero,
            KeepServiceUp = true,
            CustomEndpoints = ["a", "b", "c"],
            Faults = request =>
            {
                if (request.Endpoint.Length == 1)
                    received.Enqueue(request.Endpoint);
                return faultOf(request) is { } kind ? new VirtualFault(kind) : VirtualFault.None;
            },
        },
        default);

    private static Task<FleetResult> RunAsync(VirtualDevice device, FleetJournal? journal) => SingleRow.RunAsync(
        StockRow.Of(
            device.Address,
            customData: [.. new[] { "a", "b", "c" }.Select(name => new FleetCustomData(name, "secret-data"u8.ToArray(), $"Endpoint:{name}"))]),
        journal);
}
