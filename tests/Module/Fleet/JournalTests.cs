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
    [InlineData("Import-EspProvJournal $folder/nothing.jsonl", "FileNotReadable")]
    [InlineData("[IO.File]::WriteAllText(\"$folder/x\", 'x'); Import-EspProvJournal $folder/x", "JournalNotReadable")]
    public void What_cannot_be_recorded_is_refused_with_an_id(string script, string id)
    {
        StartFleet(3);
        RunClean($"$folder = '{Folder}'; $journal = '{Journal}'; $null = $rows | Invoke-EspProvisioning -JournalPath $journal");
        long before = Requests();
        ErrorRecord error = RunToError(script);
        Assert.Equal(id, IdOf(error));
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Equal(before, Requests());
    }

    [Theory]
    [InlineData("Channel", "abc", "6")]
    [InlineData("Ssid", "", "MyHomeWiFiAP")]
    [InlineData("QrCode", "{broken", "")]
    [InlineData("DatasetTlvs", "0003", "")]
    public void A_row_that_was_Invalid_may_be_corrected_into_another_one(string column, string wrong, string right)
    {
        StartFleet(3);
        foreach (int row in new[] { 0, 1 })
        {
            string journal = Path.Combine(Folder, $"{row}.jsonl");
            RunClean($"$devices | ForEach-Object {{ Clear-EspVirtualDevice $_ -Confirm:$false }}; $copy = @($rows | ForEach-Object {{ $_.psobject.Copy() }}); $copy | ForEach-Object {{ if (-not $_.psobject.Properties['{column}']) {{ $_.psobject.Properties.Add([psnoteproperty]::new('{column}', '')) }} }}; $copy[{row}].{column} = '{wrong}'");
            string[] first = Outcomes($"$copy | Invoke-EspProvisioning -JournalPath '{journal}'");
            Assert.StartsWith("Invalid", first[row], StringComparison.Ordinal);
            Assert.Equal(2, first.Count(outcome => outcome == "Connected"));
            RunClean($"$copy[{row}].{column} = '{right}'");
            Assert.Equal("Connected", Outcomes($"$copy | Invoke-EspProvisioning -JournalPath '{journal}' -Resume")[row]);

            // And once more: now there is nothing left to do, and one report of it.
            Assert.All(Outcomes($"$copy | Invoke-EspProvisioning -JournalPath '{journal}' -Resume"), outcome => Assert.Equal("Skipped ConnectedByEarlierRun", outcome));
            Assert.Equal(["Connected", "Connected", "Connected"], Outcomes($"Import-EspProvJournal '{journal}'"));
        }
    }

    [Fact]
    public void A_device_is_in_the_same_shard_before_and_after_its_row_is_corrected()
    {
        RunClean("$plan = 1..20 | ForEach-Object { [pscustomobject]@{ Address = \"10.0.0.$_\"; Ssid = 'x'; Channel = 'abc' } }");
        string[] wrong = [.. RunClean("$plan | Invoke-EspProvisioning -Shard 2/4 -Validate | ForEach-Object Row").Select(row => row.ToString()!)];
        string[] right = [.. RunClean("$plan | ForEach-Object { $_.Channel = '6' }; $plan | Invoke-EspProvisioning -Shard 2/4 -Validate | ForEach-Object Row").Select(row => row.ToString()!)];
        Assert.NotEmpty(wrong);
        Assert.Equal(wrong, right);
    }

    [Fact]
    public void A_run_that_is_refused_leaves_the_journal_as_it_was()
    {
        StartFleet(2);
        RunClean($"$null = $rows | Invoke-EspProvisioning -JournalPath '{Journal}'");
        byte[] before = File.ReadAllBytes(Journal);
        Assert.Equal("JournalOfAnotherPlan", IdOf(RunToError($"$rows[0] | Invoke-EspProvisioning -JournalPath '{Journal}' -Resume")));
        Assert.Equal("JournalOfAnotherPlan", IdOf(RunToError($"$rows[0], @{{ Address = '10.0.0.1'; Ssid = 'x'; Channel = 'abc' }} | Invoke-EspProvisioning -JournalPath '{Journal}' -Resume")));
        Assert.Equal(before, File.ReadAllBytes(Journal));
    }

    [Theory]
    [InlineData("Import-EspProvJournal")]
    [InlineData("New-EspProvReport report.html -JournalPath")]
    public void Journals_that_are_not_there_are_an_error_also_by_wildcards(string command)
    {
        SetLocation(Folder);
        foreach (string path in new[] { "no.jsonl", "no*.jsonl" })
            Assert.Equal("FileNotReadable", IdOf(RunToError($"{command} '{path}'")));
        Assert.False(File.Exists(Path.Combine(Folder, "report.html")));
        SetLocation(RepositoryRoot);
    }

    [Theory]
    [InlineData("Import-EspProvJournal")]
    [InlineData("New-EspProvReport report.html -JournalPath")]
    public void Without_one_of_the_journals_there_are_no_results_of_the_others(string command)
    {
        StartFleet(1);
        SetLocation(Folder);
        RunClean("$null = $rows | Invoke-EspProvisioning -JournalPath run.jsonl");
        Assert.Empty(Run($"{command} run.jsonl, no.jsonl"));
        Assert.Equal("FileNotReadable", IdOf(Assert.Single(Errors)));
        Assert.False(File.Exists(Path.Combine(Folder, "report.html")));
        SetLocation(RepositoryRoot);
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
    public void An_empty_row_is_in_the_journal_and_the_report_counts_it()
    {
        StartFleet(3);
        RunClean("$plan = @($rows[0], [pscustomobject]@{ Name = ''; Address = '' }, $rows[1], $null, $rows[2])");
        RunClean($"$plan | Invoke-EspProvisioning -JournalPath '{Folder}/run.jsonl'");
        Assert.Equal("1 2 3 4 5", RunClean<string>($"(Import-EspProvJournal '{Folder}/run.jsonl').Row -join ' '"));
        Assert.Equal(["Connected", "Skipped EmptyRow", "Connected", "Skipped EmptyRow", "Connected"], Outcomes($"Import-EspProvJournal '{Folder}/run.jsonl'"));
        RunClean($"New-EspProvReport '{Folder}/report.html' -JournalPath '{Folder}/run.jsonl'");
        Assert.Contains("of 5 rows connected", File.ReadAllText(Path.Combine(Folder, "report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_was_empty_may_be_filled_in_before_the_run_is_resumed()
    {
        StartFleet(2);
        RunClean($"@([pscustomobject]@{{ Name = '' }}, $rows[0]) | Invoke-EspProvisioning -JournalPath '{Folder}/run.jsonl'");
        Assert.Equal(
            ["Connected", "Skipped ConnectedByEarlierRun"],
            Outcomes($"@($rows[1], $rows[0]) | Invoke-EspProvisioning -JournalPath '{Folder}/run.jsonl' -Resume"));
    }

    [Fact]
    public void Validate_and_WhatIf_look_at_the_journal_that_would_be_resumed_and_leave_it_as_it_is()
    {
        StartFleet(3);
        string journal = Path.Combine(Folder, "run.jsonl");
        RunClean($"$rows[0] | Invoke-EspProvisioning -JournalPath '{journal}'");
        File.AppendAllText(journal, "{\"type\":\"row\",\"to");
        byte[] before = File.ReadAllBytes(journal);
        long requests = Requests();

        Assert.Equal(
            ["Skipped ConnectedByEarlierRun", "Valid", "Valid"],
            Outcomes($"$rows | Invoke-EspProvisioning -Validate -JournalPath '{journal}' -Resume"));
        Assert.Equal(["Skipped ConnectedByEarlierRun"], Outcomes($"$rows | Invoke-EspProvisioning -WhatIf -JournalPath '{journal}' -Resume"));
        Assert.DoesNotContain("row 1:", Host.Shown, StringComparison.Ordinal);
        Assert.Contains("row 3:", Host.Shown, StringComparison.Ordinal);
        foreach (string rows in new[] { "$rows[1]", "@()" })
            Assert.Equal("JournalOfAnotherPlan", IdOf(RunToError($"{rows} | Invoke-EspProvisioning -Validate -JournalPath '{journal}' -Resume")));
        Assert.Equal(["Valid", "Valid", "Valid"], Outcomes($"$rows | Invoke-EspProvisioning -Validate -JournalPath '{Folder}/none.jsonl' -Resume"));

        Assert.Equal(requests, Requests());
        Assert.Equal(before, File.ReadAllBytes(journal));
        Assert.Equal([journal], Directory.GetFiles(Folder));
    }

    [Fact]
    public void The_cmdlet_works_in_several_runspaces_at_once()
    {
        StartFleet(6);
        Assert.Equal(6, RunClean<int>($$"""
            $jobs = 1..3 | ForEach-Object {
                $runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault2()); $runspace.Open()
                $shell = [powershell]::Create($runspace).AddScript({ param($module, $rows, $part) Import-Module $module; $rows | Invoke-EspProvisioning -Shard "$part/3" }).AddArgument('{{ManifestPath}}').AddArgument($rows).AddArgument($_)
                @{ Shell = $shell; Run = $shell.BeginInvoke() }
            }
            @($jobs | ForEach-Object { $_.Shell.EndInvoke($_.Run); $_.Shell.Runspace.Dispose(); $_.Shell.Dispose() } | Where-Object Status -EQ Connected).Count
            """));
    }
}
