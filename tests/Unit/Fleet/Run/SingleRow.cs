using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Sessions;
using EspProv.Tests.Support;

namespace EspProv.Tests.Fleet.Run;

/// <summary>A run over one row that is in order, with short waits between its attempts.</summary>
internal static class SingleRow
{
    public static Task<FleetResult> RunAsync(FleetRow row, FleetJournal? journal) => RunAsync(
        row, journal, new FleetOptions { RetryDelay = TimeSpan.FromMilliseconds(10) }, new HttpLinks(), (_, _, _) => { });

    public static async Task<FleetResult> RunAsync(
        FleetRow row, FleetJournal? journal, FleetOptions options, IFleetLinks links, Action<FleetRow, string, SessionNoticeLevel> onNotice)
    {
        FleetResult? result = null;
        var run = new FleetRun(options, links, journal, done => result = done, onNotice);
        await using (run)
        {
            Assert.Equal(FleetVerdictKind.Ready, (await run.ExamineAsync(row)).Kind);
            run.Add(row);
            await run.CompleteAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }

        return result!;
    }
}
