using System.Collections.Concurrent;
using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Sessions;

namespace EspProv.Tests.Fleet.Run;

/// <summary>A run over all rows of a plan.</summary>
internal static class WholePlan
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>The results of all rows, in the order of the plan, also of those that are settled without a device.</summary>
    public static async Task<FleetResult[]> RunAsync(
        IEnumerable<FleetRow> rows,
        FleetJournal? journal,
        FleetOptions options,
        IFleetLinks links,
        Action<FleetRow, string, SessionNoticeLevel> onNotice)
    {
        var results = new ConcurrentQueue<FleetResult>();
        var run = new FleetRun(options, links, journal, results.Enqueue, onNotice);
        await using (run)
        {
            foreach (FleetRow row in rows)
            {
                FleetVerdict verdict = await run.ExamineAsync(row);
                if (verdict.Kind is FleetVerdictKind.Ready)
                {
                    run.Add(row);
                    continue;
                }

                row.Dispose();
                results.Enqueue(verdict.Result!);
            }

            await run.CompleteAsync().WaitAsync(Limit);
        }

        return [.. results.OrderBy(result => result.Row)];
    }
}
