using System.Text.RegularExpressions;

namespace EspProv.ModuleTests.Shell;

/// <summary>The shell beside a real pwsh: the same scripts write the same and end the same.</summary>
public partial class PwshParityTests
{
    [SkippableFact]
    public void Essential_commands_write_the_same()
    {
        RequirePwsh();
        using var batch = new ScriptBatch(EssentialCommandTests.Scripts.Select(row => (string)row[0]));
        IReadOnlyList<string> outputs = batch.Run(arguments => Plain(ShellProcess.RunPwsh(arguments)));
        Assert.All(EssentialCommandTests.Scripts.Zip(outputs), pair => Assert.Equal(
            ((string)pair.First[1]).Replace("{here}", batch.Here, StringComparison.Ordinal), pair.Second));
    }

    [SkippableTheory]
    [InlineData("1; exit 7")]
    [InlineData("throw 'x'")]
    [InlineData("Write-Error e; 1")]
    [InlineData("Write-Error e")]
    [InlineData("no-such-command")]
    [InlineData("1/0")]
    [InlineData("Get-Item no-such-item")]
    [InlineData("function f { [CmdletBinding()] param() Write-Error 'no' -RecommendedAction 'do' }; f")]
    [InlineData("Write-Warning w; Write-Verbose v -Verbose; Write-Host h; Write-Information i -InformationAction Continue")]
    [InlineData("Get-Item / | Format-List FullName; Get-Date 2024-02-03 | Format-Table Year, Month; $true, 1.5, $null, 'x', [guid]::Empty")]
    [InlineData("[Environment]::GetEnvironmentVariables().GetType(); [ordered]@{ a = 1; b = @(1, 2) }; [timespan]'01:02:03'")]
    public void Streams_views_and_exit_codes_are_the_same(string script)
    {
        RequirePwsh();
        using var folder = new ScratchFolder();
        string file = folder.Script(script);
        foreach (string[] arguments in new string[][] { ["-Command", script], ["-File", file] })
        {
            ShellResult pwsh = Plain(ShellProcess.RunPwsh(arguments));
            ShellResult shell = ShellProcess.Run(arguments);
            Assert.Equal(pwsh, shell);
        }
    }

    private static void RequirePwsh()
    {
        Skip.If(OperatingSystem.IsWindows(), "The paths in these scripts are Unix paths.");
        Skip.If(ShellProcess.PwshPath is null, "There is no pwsh on this machine to compare with.");
    }

    // Even with NO_COLOR, pwsh sends a few sequences to a pipe.
    private static ShellResult Plain(ShellResult result) =>
        result with { Output = Escapes().Replace(result.Output, ""), Error = Escapes().Replace(result.Error, "") };

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escapes();
}
