using System.Collections.Concurrent;

namespace EspProv.PesterTests;

/// <summary>Every test of every *.Tests.ps1 as a test of its own.</summary>
public class PesterTests
{
    // Discovery would run the whole suite to learn the names: so they come with the results, when the tests are run.
    [SkippableTheory]
    [MemberData(nameof(Suite), DisableDiscoveryEnumeration = true)]
    public void Suite_holds(PesterOutcome outcome)
    {
        Skip.If(outcome.Result == "Skipped", outcome.Message.Length > 0 ? outcome.Message : "Its -Skip holds on this system; tests/Pester/README.md has the reasons.");
        Assert.True(outcome.Result == "Passed", $"{outcome.Result}: {outcome.Message}");
    }

    public static TheoryData<PesterOutcome> Suite()
    {
        string[] files = [.. Directory.EnumerateFiles(Pwsh.SuiteFolder, "*.Tests.ps1").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        var outcomes = new ConcurrentDictionary<string, IReadOnlyList<PesterOutcome>>();

        // One after the other, because the system gives the number of a closed pseudo-terminal to the next one, of whatever process.
        IEnumerable<string[]> groups = files.GroupBy(
            file => file is "Serial.Tests.ps1" or "Signals.Tests.ps1" ? "pseudo-terminals" : file, (_, group) => group.ToArray());

        // Much of their time is waiting for devices.
        Parallel.ForEachAsync(groups, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (group, _) =>
        {
            foreach (string file in group)
                outcomes[file] = await PesterSuite.RunAsync(file);
        }).GetAwaiter().GetResult();
        return [.. files.SelectMany(file => outcomes[file])];
    }
}
