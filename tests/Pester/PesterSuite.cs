using System.Text.Json;

namespace EspProv.PesterTests;

/// <summary>What became of one Pester test.</summary>
/// <param name="File">The name of its file.</param>
/// <param name="Name">Its describes and its name, with a dot between them.</param>
/// <param name="Result">Pester's word: Passed, Failed, Skipped, Inconclusive.</param>
/// <param name="Message">The failed assertion, or the reason for skipping; often empty.</param>
public sealed record PesterOutcome(string File, string Name, string Result, string Message)
{
    /// <summary>How reports name it; a test's other arguments would be cut off.</summary>
    public override string ToString() => $"{File}: {Name}";
}

/// <summary>Runs files of the suite, each in a pwsh of its own, so that none leans on what another one left in the process.</summary>
internal static class PesterSuite
{
    /// <summary>Runs one file with tests/Pester/run.ps1.</summary>
    /// <returns>Its tests in their order; one more that failed when the run itself did, or had no test.</returns>
    public static async Task<IReadOnlyList<PesterOutcome>> RunAsync(string file)
    {
        string results = Path.GetTempFileName();
        try
        {
            PwshResult run = await Pwsh.RunAsync("-NoProfile", "-NonInteractive", "-File", Path.Combine(Pwsh.SuiteFolder, "run.ps1"), "-Name", file, "-ResultPath", results);
            string json = await File.ReadAllTextAsync(results);
            PesterOutcome[] outcomes = json.Length == 0 ? [] : JsonSerializer.Deserialize<PesterOutcome[]>(json)!;
            bool agrees = outcomes.Length > 0 && (run.ExitCode == 0) == outcomes.All(outcome => outcome.Result != "Failed");
            return agrees ? outcomes : [.. outcomes, new(file, $"({outcomes.Length} tests, exit code {run.ExitCode})", "Failed", run.Output + run.Error)];
        }
        finally
        {
            File.Delete(results);
        }
    }
}
