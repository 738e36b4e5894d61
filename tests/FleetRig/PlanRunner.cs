using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;

namespace EspProv.FleetRig;

/// <summary>Runs a plan in a process that may be killed and restarted.</summary>
internal static class PlanRunner
{
    public static async Task<int> RunAsync(string planPath, string journalPath, int throttle)
    {
        var journal = FleetJournal.Open(journalPath, resume: true);
        var options = new FleetOptions
        {
            ThrottleLimit = throttle,
            RetryDelay = TimeSpan.FromMilliseconds(50),
            JoinTimeout = TimeSpan.FromSeconds(5),
        };
        await using (journal)
        {
            var run = new FleetRun(options, new HttpLinks(), journal, Show, (_, _, _) => { });
            await using (run)
                await FeedAsync(run, PlannedDevice.Read(planPath));
        }

        return 0;
    }

    /// <summary>Submits all rows, and waits for their results.</summary>
    public static async Task FeedAsync(FleetRun run, IReadOnlyList<PlannedDevice> plan)
    {
        foreach (PlannedDevice device in plan)
        {
            FleetRow row = device.ToRow();
            FleetVerdict verdict = await run.ExamineAsync(row);
            if (verdict.Kind is FleetVerdictKind.Ready)
                run.Add(row);
            else
                row.Dispose();
            while (run.IsFull && !run.Failed.IsCompleted)
                await Task.Delay(20);
        }

        await run.CompleteAsync();
    }

    private static void Show(FleetResult result) => Console.WriteLine($"{result.Row} {result.Status} {result.Reason}");
}
