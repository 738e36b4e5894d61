namespace EspProv.ModuleTests.Shell;

/// <summary>What goes where: errors to standard error, everything else to standard output.</summary>
public class StreamTests
{
    [Fact]
    public void Errors_go_to_standard_error_and_the_rest_to_standard_output()
    {
        ShellResult result = ShellProcess.Command("""
            'out'; Write-Error 'err'; Write-Warning 'warn'; Write-Verbose 'verb' -Verbose; Write-Debug 'deb' -Debug
            Write-Information 'info' -InformationAction Continue; Write-Host 'host'; Write-Verbose 'silent'
            """);
        Assert.Equal("out\nWARNING: warn\nVERBOSE: verb\nDEBUG: deb\ninfo\nhost", result.Text);
        Assert.Contains("err", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("err", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void No_escape_sequence_and_no_progress_leave_a_shell_without_a_terminal()
    {
        ShellResult result = ShellProcess.Command("""
            Write-Host red -ForegroundColor Red; Write-Progress busy -PercentComplete 50; "$($PSStyle.Bold)bold"
            [pscustomobject]@{ A = 1 }; Write-Warning w; throw 'x'
            """);
        Assert.DoesNotContain('\x1b', result.Output);
        Assert.DoesNotContain('\x1b', result.Error);
        Assert.DoesNotContain("busy", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("red\nbold\n", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_a_script_shows_the_line_and_the_advice()
    {
        using var folder = new ScratchFolder();
        string script = folder.Script("'first'\nWrite-Error 'it broke' -RecommendedAction 'mend it'");
        ShellResult result = ShellProcess.Run([script]);
        Assert.Contains("it broke", result.Error, StringComparison.Ordinal);
        Assert.Contains("Recommendation: mend it", result.Error, StringComparison.Ordinal);

        result = ShellProcess.Run([folder.Script("'first'\nGet-Item no-such-item")]);
        Assert.Contains("script.ps1:2", result.Error, StringComparison.Ordinal);
        Assert.Contains("no-such-item", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_in_a_function_names_the_function() => Assert.StartsWith(
        "Test-Thing:", ShellProcess.Command("function Test-Thing { [CmdletBinding()] param() Write-Error 'no' }; Test-Thing").Error, StringComparison.Ordinal);

    [Fact]
    public void A_syntax_error_says_what_is_wrong()
    {
        ShellResult result = ShellProcess.Command("if (");
        Assert.Equal(1, result.ExitCode);
        Assert.NotEqual("", result.Error.Trim());
    }

    [Fact]
    public void Redirection_writes_files_and_merges_streams()
    {
        using var folder = new ScratchFolder();
        ShellResult result = ShellProcess.Run(["-WorkingDirectory", folder.Path, "-Command", """
            'a' > f.txt; 'b' >> f.txt; Write-Error boom 2> e.txt; Write-Warning w 3>&1 | ForEach-Object { "got $_" }
            Get-Content f.txt; (Get-Content e.txt -Raw) -match 'boom'
            """]);
        Assert.Equal("got w\na\nb\nTrue", result.Text);
        Assert.Equal("", result.Error);
    }
}
