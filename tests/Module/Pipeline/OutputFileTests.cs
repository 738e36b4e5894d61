using System.Management.Automation;
using EspProv.ModuleTests.Support;
using EspProv.Tests.Support;

namespace EspProv.ModuleTests.Pipeline;

/// <summary>The files that cmdlets write: <c>$folder</c> is a folder of its own.</summary>
public sealed class OutputFileTests : ModuleTest
{
    private const string Report = "New-EspProvReport";
    private const string Codes = "New-EspQrCode -Transport SoftAP -As Svg -Path";
    private const string Sheet = "New-EspQrCode -Transport SoftAP -Sheet -As Svg -Path";
    private const string Journal = "Invoke-EspProvisioning -Ssid x -JournalPath";
    private const string Arrays = "Export-EspSec2Credential CArray -Path";

    private const string Producer = """
        $script:made = 0
        function Produce { process { $script:made++; $device } }
        $device = [pscustomobject]@{ Name = 'PROV_1'; Status = 'Connected'; Row = 1; Username = 'u'; Salt = '00'; Verifier = '00' }

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("espprov-files-");

    public OutputFileTests() => RunClean("", ("folder", _folder.FullName));

    public override void Dispose()
    {
        base.Dispose();
        _folder.Delete(recursive: true);
    }

    public static TheoryData<string, string, string> WrongPlaces()
    {
        var data = new TheoryData<string, string, string>();
        string[] exports = [.. new[] { "CArray", "Header", "MassManufacturing", "Label" }.Select(form => $"Export-EspSec2Credential {form} -Path")];
        foreach (string command in (string[])[Report, Codes, Sheet, Journal, .. exports])
        {
            string id = command == Journal ? "JournalNotWritable" : "FileNotWritable";
            data.Add(command, "$folder/none/file", id);
            data.Add(command, "$folder/link", id);
            data.Add(command, "Env:/file", "FileNotWritable");
            data.Add(command, "$folder/old", command == Journal ? "JournalExists" : id);
            if (command is Codes or Sheet)
                continue;
            data.Add(command, "$folder/inner", id);
            data.Add(command, "/", id);
        }

        return data;
    }

    [SkippableTheory]
    [MemberData(nameof(WrongPlaces))]
    public void A_wrong_path_is_refused_before_the_pipeline_has_made_its_first_object(string command, string path, string id)
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege there.");
        _folder.CreateSubdirectory("inner");
        File.WriteAllText(At("old"), "old");
        File.CreateSymbolicLink(At("link"), At("elsewhere"));

        ErrorRecord error = RunToError($"{Producer}1..3 | Produce | {command} {path}");

        Assert.Equal(id, IdOf(error));
        Assert.False(string.IsNullOrEmpty(error.ErrorDetails.RecommendedAction));
        Assert.Equal(0, RunClean<int>("$script:made"));
        Assert.Equal("old", File.ReadAllText(At("old")));
        Assert.Equal(["inner", "link", "old"], _folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order());
    }

    [Theory]
    [InlineData(Report)]
    [InlineData(Codes)]
    [InlineData(Sheet)]
    [InlineData(Journal)]
    [InlineData(Arrays)]
    public void A_folder_that_is_not_there_is_what_the_message_names(string command)
    {
        string message = RunToError($"{Producer}1..3 | Produce | {command} $folder/none/file").ToString();
        Assert.Contains($"'{At("none")}'", message, StringComparison.Ordinal);
        Assert.DoesNotContain(".lock", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$result | New-EspProvReport $folder/report[1].html", 1)]
    [InlineData("$device | New-EspQrCode -Transport SoftAP -Path $folder/code.json", 1)]
    [InlineData("$device | New-EspQrCode -Transport SoftAP -As Json -Path $folder", 1)]
    [InlineData("$device | New-EspQrCode -Transport SoftAP -Sheet -Path $folder/labels.html", 1)]
    [InlineData("New-EspSec2Credential wifiprov -GeneratePassword | Export-EspSec2Credential Json -Path $folder/array.json", 1)]
    [InlineData("New-EspSec2Credential wifiprov -GeneratePassword | Export-EspSec2Credential MassManufacturing -Path $folder/values.csv", 2)]
    public void A_file_that_was_written_is_an_item_that_binds_to_other_commands(string command, int count)
    {
        RunClean($"""
            {Producer}
            $result = [pscustomobject]@{'{'} Name = 'PROV_1'; Status = 'Connected'; Row = 1; Timestamp = '2026-01-01' {'}'}
            $files = @({command})
            """);
        Assert.Equal(count, RunClean<int>("@($files | Where-Object PSPath | ForEach-Object FullName | Where-Object { Test-Path -LiteralPath $_ }).Count"));
        Assert.NotEmpty(RunClean("$files | Get-Content"));
    }

    [SkippableTheory]
    [InlineData(Report)]
    [InlineData(Codes)]
    [InlineData(Sheet)]
    [InlineData(Journal)]
    [InlineData(Arrays)]
    public void A_folder_that_may_not_be_written_is_refused_before_the_pipeline_has_made_its_first_object(string command)
    {
        using var disk = TinyDisk.TryMount(_folder, "ro", out string why);
        Skip.If(disk is null, why);
        string id = command == Journal ? "JournalNotWritable" : "FileNotWritable";
        Assert.Equal(id, IdOf(RunToError($"{Producer}1..3 | Produce | {command} $folder/file")));
        Assert.Equal(0, RunClean<int>("$script:made"));
    }

    [Fact]
    public void A_run_whose_report_cannot_be_written_leaves_no_journal_that_would_keep_the_next_run_from_starting()
    {
        RunToError($"{Producer}1..3 | Produce | {Journal} $folder/run.jsonl | {Report} $folder/none/report.html");
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [SkippableFact]
    public void A_full_disk_leaves_the_old_report()
    {
        using var disk = TinyDisk.TryMount(_folder, "size=64k", out string why);
        Skip.If(disk is null, why);
        File.WriteAllText(At("report.html"), "old");

        ErrorRecord error = RunToError("""
            1..2000 | ForEach-Object { [pscustomobject]@{ Name = "PROV_$_"; Status = 'Connected'; Row = $_; Timestamp = '2026-01-01' } } |
                New-EspProvReport $folder/report.html -Force
            """);

        Assert.Equal("FileNotWritable", IdOf(error));
        Assert.Contains("report.html", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(At("report.html")));
        Assert.Single(_folder.EnumerateFileSystemInfos());
    }

    [Theory]
    [InlineData(Report + " $folder/file -WhatIf")]
    [InlineData(Codes + " $folder/file -WhatIf")]
    [InlineData(Codes + " $folder -WhatIf")]
    [InlineData(Sheet + " $folder/file -WhatIf")]
    [InlineData(Journal + " $folder/file -Address 127.0.0.1 -Passphrase mypassword -WhatIf")]
    [InlineData(Arrays + " $folder/file -WhatIf")]
    public void WhatIf_writes_nothing(string command)
    {
        Run($"{Producer}1 | Produce | {command}");
        Assert.DoesNotContain(Errors, error => IdOf(error) == "FileNotWritable");
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    [SkippableTheory]
    [InlineData("CArray")]
    [InlineData("Header")]
    [InlineData("NvsCsv")]
    [InlineData("MassManufacturing")]
    [InlineData("Json")]
    [InlineData("Label")]
    public void Whatever_has_a_verifier_or_a_password_is_for_its_owner_alone(string form)
    {
        Skip.If(OperatingSystem.IsWindows(), "Modes are Unix's.");
        if (OperatingSystem.IsWindows())
            return;
        RunClean($"New-EspSec2Credential wifiprov -GeneratePassword | Export-EspSec2Credential {form} $folder/file");
        Assert.Equal(form == "MassManufacturing" ? 2 : 1, _folder.EnumerateFiles().Count());
        Assert.All(_folder.EnumerateFiles(), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode));
    }

    [Fact]
    public void Devices_with_names_that_Windows_keeps_for_itself_get_other_file_names()
    {
        RunClean("""
            'con', 'NUL', 'aux.1', 'dot.', 'COM1' | ForEach-Object { [pscustomobject]@{ Name = $_; Transport = 'SoftAP' } } |
                New-EspQrCode -Path $folder -As Svg
            """);
        string[] names = [.. _folder.EnumerateFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(["_COM1.svg", "_NUL.svg", "_aux.1.svg", "_con.svg", "dot_.svg"], names);
    }

    [Fact]
    public void A_relative_path_is_one_in_the_current_location()
    {
        SetLocation(_folder.FullName);
        RunClean("[pscustomobject]@{ Name = 'PROV_1'; Status = 'Connected'; Row = 1; Timestamp = '2026-01-01' } | New-EspProvReport report.html");
        RunClean("New-EspQrCode PROV_1 -Transport SoftAP -Path code.svg");
        SetLocation(RepositoryRoot);
        Assert.Equal(["code.svg", "report.html"], _folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_sheet_of_which_a_later_page_exists_is_not_begun()
    {
        File.WriteAllText(At("labels-2.svg"), "old");
        Assert.Equal("FileNotWritable", IdOf(RunToError("""
            1..3 | ForEach-Object { [pscustomobject]@{ Name = "PROV_$_"; Transport = 'SoftAP' } } |
                New-EspQrCode -Sheet -Columns 1 -Rows 2 -Path $folder/labels.svg
            """)));
        Assert.Equal("labels-2.svg", Assert.Single(_folder.EnumerateFileSystemInfos()).Name);
    }

    [Fact]
    public async Task A_process_that_ends_in_the_middle_leaves_nothing_half_written()
    {
        string[] lines = await ScenarioProcess.RunAsync(ExitScenario.Name, At("labels.csv"));
        Assert.Equal(["writing 1"], lines);
        Assert.Empty(_folder.EnumerateFileSystemInfos());
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
