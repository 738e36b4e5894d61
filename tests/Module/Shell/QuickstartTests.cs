namespace EspProv.ModuleTests.Shell;

/// <summary>examples/quickstart.ps1, which checks itself, in every engine that there is.</summary>
public class QuickstartTests
{
    private static readonly string Script = Path.Combine(ShellProcess.Root, "examples", "quickstart.ps1");

    [Fact]
    public void It_gets_through_in_the_shell() => Check(ShellProcess.RunWithModule([Script]));

    [SkippableFact]
    public void It_gets_through_in_pwsh()
    {
        Skip.If(ShellProcess.PwshPath is null, "There is no pwsh on this machine.");
        Check(ShellProcess.RunPwsh(["-File", Script]));
    }

    [Fact]
    public void It_fails_when_a_promise_is_not_kept()
    {
        using var folder = new ScratchFolder();
        string text = File.ReadAllText(Script);
        string broken = text.Replace("$networks.Count -eq 5", "$networks.Count -eq 6", StringComparison.Ordinal);
        Assert.NotEqual(text, broken);
        ShellResult result = ShellProcess.RunWithModule([folder.Script(broken)]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("five access points", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shell_imports_the_module_that_belongs_to_it() =>
        Assert.Equal(ShellProcess.Root, ShellProcess.RunWithModule(["-Command", "(Get-Module EspProv).ModuleBase"]).Text);

    private static void Check(ShellResult result)
    {
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Equal("", result.Error);
        Assert.Contains("Outcome   : Connected", result.Output, StringComparison.Ordinal);
        Assert.Contains("error id:       WrongCredentials,", result.Output, StringComparison.Ordinal);
        Assert.Contains("error id:       WifiAuthError,", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("mypassword", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("abcd1234", result.Output, StringComparison.Ordinal);
    }
}
