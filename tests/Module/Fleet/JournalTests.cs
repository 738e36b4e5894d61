using System.Management.Automation;

namespace EspProv.ModuleTests.Fleet;

public class JournalTests : FleetTest
{
    private string Journal => Path.Combine(Folder, "run.jsonl");

    [Fact]
    public void Resume_goes_on_where_the_journal_ends_and_begins_one_where_there_is_none()
    {
        StartFleet(3);
        RunClean("$rows[1].Passphrase = 'not-the-passphrase'");
        Assert.Equal(["Connected", "Failed AuthError", "Connected"], Outcomes($"$rows | Invoke-EspProvisioning -JournalPath '{Journal}' -Resume"));
        RunClean("$rows[1].Passphrase = 'mypassword'");
        Assert.Equal(["Skipped ConnectedByEarlierRun", "Connected", "Skipped ConnectedByEarlierRun"], Outcomes($"$rows | Invoke-EspProvisioning -JournalPath '{Journal}' -Resume"));
        Assert.Equal(["Connected", "Connected", "Connected"], Outcomes($"Import-EspProvJournal '{Journal}'"));
    }

    [Theory]
    [InlineData("$rows | Invoke-EspProvisioning -JournalPath $journal", "JournalExists")]
    [InlineData("$rows[1..2] | Invoke-EspProvisioning -JournalPath $journal -Resume", "JournalOfAnotherPlan")]
    [InlineData("$rows | Invoke-EspProvisioning -JournalPath $journal -Resume -Shard 1/2", "JournalOfAnotherPlan")]
    [InlineData("$rows | Invoke-EspProvisioning -JournalPath /no/such/folder/run.jsonl", "JournalNotWritable")]
    [InlineData("$rows | Invoke-EspProvisioning -Resume", "ParameterConflict")]
    [InlineData("$rows | Invoke-EspProvisioning -Shard 9/8", "ParameterConflict")]
    [InlineData("Import-EspProvJournal (Join-Path $folder nothing.jsonl)", "FileNotReadable")]
    [InlineData("'x' | Set-Variable x; [IO.File]::WriteAllText(\"$folder/x\", 'x'); Import-EspProvJournal $folder/x", "JournalNotReadable")]
    public void What_cannot_be_recorded_is_refused_with_an_id(string script, string id)
    {
        StartFleet(3);
        RunClean($"$folder = '{Folder}'; $journal = '{Journal}'; $null = $rows | Invoke-EspProvisioning -JournalPath $journal");
        long before = RunClean<long>("($devices | Measure-Object RequestCount -Sum).Sum");
        ErrorRecord error = RunToError(script);
        Assert.Equal(id, IdOf(error));
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Equal(before, RunClean<long>("($devices | Measure-Object RequestCount -Sum).Sum"));
    }

    [Fact]
    public void Shards_do_each_row_once_and_their_journals_make_one_report()
    {
        StartFleet(12);
        string[] rows = [.. Enumerable.Range(1, 3).SelectMany(index => RunClean(
            $"$rows | Invoke-EspProvisioning -Shard {index}/3 -JournalPath '{Folder}/{index}.jsonl' | ForEach-Object Row").Select(row => row.ToString()!))];
        Assert.Equal(Enumerable.Range(1, 12), rows.Select(int.Parse).Order());
        RunClean($"$merged = Import-EspProvJournal '{Folder}/*.jsonl'");
        Assert.Empty(Streams.Warning);
        Assert.Equal(12, RunClean<int>("@($merged | Where-Object Status -EQ Connected).Count"));
        RunClean($"$merged | New-EspProvReport '{Folder}/report.html' -Title 'Three stations'");
        Assert.Contains("of 12 rows connected", File.ReadAllText(Path.Combine(Folder, "report.html")), StringComparison.Ordinal);
        Assert.Equal("FileNotWritable", IdOf(RunToError($"New-EspProvReport '{Folder}/report.html' -JournalPath '{Folder}/1.jsonl'")));
    }

    [Fact]
    public void The_cmdlet_works_in_several_runspaces_at_once()
    {
        StartFleet(6);
        Assert.Equal(6, RunClean<int>($$"""
            $jobs = 1..3 | ForEach-Object {
                $shell = [powershell]::Create().AddScript({ param($module, $rows, $part) Import-Module $module; $rows | Invoke-EspProvisioning -Shard "$part/3" }).AddArgument('{{ManifestPath}}').AddArgument($rows).AddArgument($_)
                @{ Shell = $shell; Run = $shell.BeginInvoke() }
            }
            @($jobs | ForEach-Object { $_.Shell.EndInvoke($_.Run); $_.Shell.Dispose() } | Where-Object Status -EQ Connected).Count
            """));
    }
}
