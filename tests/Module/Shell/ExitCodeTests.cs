namespace EspProv.ModuleTests.Shell;

/// <summary>Exit codes, as pwsh has them.</summary>
public class ExitCodeTests
{
    [Theory]
    [InlineData("1", 0)]
    [InlineData("exit", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("throw 'x'", 1)]
    [InlineData("Write-Error e", 1)]
    [InlineData("Write-Error e; 1", 0)]
    [InlineData("$ErrorActionPreference = 'Stop'; Write-Error e; 1", 1)]
    [InlineData("1/0", 1)]
    [InlineData("no-such-command", 1)]
    [InlineData("'a' |", 1)]
    [InlineData("try { throw 'x' } catch { exit 3 }", 3)]
    public void A_command_ends_with_the_status_of_its_last_statement(string command, int expected) =>
        Assert.Equal(expected, ShellProcess.Command(command).ExitCode);

    [Theory]
    [InlineData("1", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("function f { exit 8 }\nf\n'not reached'", 8)]
    [InlineData("throw 'x'", 1)]
    [InlineData("Write-Error e", 0)]
    [InlineData("$ErrorActionPreference = 'Stop'\nWrite-Error e\n'not reached'", 1)]
    [InlineData("'a' |", 1)]
    [InlineData("param([Parameter(Mandatory)] $Need) 1", 1)]
    public void A_script_ends_with_its_exit_or_with_1_after_a_terminating_error(string text, int expected)
    {
        using var folder = new ScratchFolder();
        ShellResult result = ShellProcess.Run(["-NonInteractive", folder.Script(text)]);
        Assert.Equal(expected, result.ExitCode);
        Assert.DoesNotContain("not reached", result.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("exit 9", 1)]
    [InlineData("exit 0", 0)]
    public void A_native_program_that_fails_makes_the_command_fail(string program, int expected)
    {
        Skip.If(OperatingSystem.IsWindows(), "There is no /bin/sh on Windows.");
        Assert.Equal(expected, ShellProcess.Command($"/bin/sh -c '{program}'").ExitCode);
    }

    [Theory]
    [InlineData("none-such.ps1")]
    [InlineData("-NoSuchOption")]
    [InlineData("-Command")]
    [InlineData("-ModulePath", "none-such.psd1")]
    public void A_command_line_that_cannot_be_used_is_64_and_says_why(params string[] arguments)
    {
        ShellResult result = ShellProcess.Run(arguments);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("Usage:", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void Help_lists_every_command_that_the_shell_brings_along()
    {
        ShellResult help = ShellProcess.Run(["-Help"]);
        Assert.Equal(0, help.ExitCode);
        string[] commands = ShellProcess.Command(
            "Get-Command -CommandType Cmdlet | Where-Object { $_.ImplementingType.Assembly.GetName().Name -eq 'EspProv.Shell' } | ForEach-Object Name")
            .Text.Split('\n');
        Assert.True(commands.Length > 40);
        Assert.All(commands, command => Assert.Contains(command, help.Output, StringComparison.Ordinal));
    }
}
