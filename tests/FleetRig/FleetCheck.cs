using System.Globalization;
using EspProv.Fleet.Journal;

namespace EspProv.FleetRig;

/// <summary>Checks that a mixed fleet ends as expected, in bounded memory. Times are not checked.</summary>
internal static class FleetCheck
{
    // A leaked session has about 14 KB: those of half a run would be 7 MB.
    private const long Tolerance = 4 << 20;

    /// <summary>Runs the fleet; 0 on success.</summary>
    public static async Task<int> RunAsync(int count, int throttle)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        string folder = Directory.CreateTempSubdirectory("espprov-rig").FullName;
        try
        {
            string journal = Path.Combine(folder, "run.jsonl");
            MixedFleet fleet = await MixedFleet.RunAsync(count, throttle, folder, journal);
            FleetFigures.Show("check", count, throttle, fleet);
            bool isRecorded = IsRecorded(fleet, journal);
            bool isBounded = IsBounded(fleet);
            return fleet.Wrong.Count == 0 && fleet.Lost == 0 && fleet.Doubled == 0 && isRecorded && isBounded ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsRecorded(MixedFleet fleet, string journal)
    {
        var merge = new FleetJournalMerge();
        merge.Add(journal);
        var recorded = merge.Results().Select(result => (result.Row, result.Status, result.Reason)).Order().ToList();
        bool same = recorded.SequenceEqual(fleet.Results.Select(result => (result.Row, result.Status, result.Reason)).Order());
        Console.WriteLine(
            $"  the journal has {(same ? "every result as it was heard" : $"{recorded.Count} results, and not those that were heard")}");
        return same && merge.Notices.Count == 0;
    }

    private static bool IsBounded(MixedFleet fleet)
    {
        long[] heaps = [.. fleet.Memory.Select(sample => sample.Heap)];
        long early = heaps[..(heaps.Length / 2)].Max(), late = heaps[(heaps.Length / 2)..].Max();
        bool bounded = late <= early + Tolerance;
        Console.WriteLine($"  the heap {(bounded ? "stays" : "grows")}: {early} bytes at most in the first half, {late} in the second");
        return bounded;
    }
}
