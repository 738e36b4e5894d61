using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace EspProv.PesterTests;

/// <summary>What a run of pwsh left behind.</summary>
internal sealed record PwshResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output without the line end at its end, and with the platform's line ends as <c>\n</c>.</summary>
    public string Text => Output.ReplaceLineEndings("\n").TrimEnd('\n');
}

/// <summary>Runs the laid-out pwsh as its users do: as a process, with its own streams.</summary>
internal static class Pwsh
{
    // Far beyond what any script takes on a busy machine: only one that hangs gets here.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(20);

    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the Pester suite.</summary>
    public static string SuiteFolder { get; } = System.IO.Path.Combine(Root, "tests", "Pester");

    /// <summary>The program, as tools/EspProv.Shell lays it out.</summary>
    public static string Path { get; } = System.IO.Path.Combine(Root, "artifacts", "pwsh", OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");

    /// <summary>Runs pwsh to its end.</summary>
    /// <exception cref="TimeoutException">It did not end.</exception>
    public static Task<PwshResult> RunAsync(params IEnumerable<string> arguments) => RunAsync(Path, arguments);

    /// <summary>Runs a program to its end, with the environment that pwsh needs here.</summary>
    /// <exception cref="TimeoutException">It did not end.</exception>
    public static async Task<PwshResult> RunAsync(string program, IEnumerable<string> arguments, string input = "")
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = Root,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);

        // shared/Microsoft.NETCore.App/10.x.y/ is three folders below the one in which the program looks for its runtime.
        start.Environment["DOTNET_ROOT"] = System.IO.Path.GetFullPath(System.IO.Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        start.Environment["PSModulePath"] = System.IO.Path.Combine(AppContext.BaseDirectory, "modules");
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        start.Environment["NO_COLOR"] = "1";
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(Timeout);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', start.ArgumentList)} did not end within {Timeout}.\n{await output}{await error}");
        }
        return new PwshResult(process.ExitCode, await output, await error);
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "EspProv.psd1")))
            folder = System.IO.Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException("EspProv.psd1 is in no folder above the tests.");
    }
}
