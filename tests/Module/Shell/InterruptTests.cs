using System.Diagnostics;

namespace EspProv.ModuleTests.Shell;

/// <summary>Signals.</summary>
public class InterruptTests
{
    [SkippableTheory]
    [InlineData("INT", 130, "Start-Sleep 600")]
    [InlineData("INT", 130, "while ($true) { }")]
    [InlineData("TERM", 143, "Start-Sleep 600")]
    public void A_signal_stops_the_script_and_its_finally_block_runs(string signal, int expected, string work)
    {
        Skip.If(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        using var folder = new ScratchFolder();
        string done = Path.Combine(folder.Path, "done");
        string script = folder.Script($"'ready'; try {{ {work}; 'slept' }} finally {{ [IO.File]::WriteAllText('{done}', 'yes') }}");

        // A test run in the background may have SIGINT ignored, and children inherit that; env resets it.
        using Process process = ShellProcess.Start(
            "env", ["--default-signal=INT", "dotnet", ShellProcess.ShellPath, "-NoModule", script]);
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        using (Process kill = Process.Start("kill", ["-" + signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            kill.WaitForExit();
        ShellResult result = ShellProcess.Finish(process);

        Assert.Equal(expected, result.ExitCode);
        Assert.True(File.Exists(done));
        Assert.DoesNotContain("slept", result.Output, StringComparison.Ordinal);
    }
}
