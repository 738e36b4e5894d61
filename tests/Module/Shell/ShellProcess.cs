using System.Diagnostics;
using System.Text;

namespace EspProv.ModuleTests.Shell;

/// <summary>What a run of the shell, or of pwsh, left behind.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output without the line end at its end, and with the platform's line ends as <c>\n</c>.</summary>
    public string Text => Output.ReplaceLineEndings("\n").TrimEnd('\n');
}

/// <summary>Runs the built shell as its users do: as a process, with its own streams.</summary>
internal static class ShellProcess
{
    // Far beyond what any of these scripts takes: only a shell that hangs gets here.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The built shell, of the configuration that the tests are built with.</summary>
    public static string ShellPath { get; } = FindShell();

    /// <summary>pwsh, when this machine has it.</summary>
    public static string? PwshPath { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Where(folder => folder.Length > 0)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh"))
        .FirstOrDefault(File.Exists);

    /// <summary>Runs the shell to its end, without the module.</summary>
    public static ShellResult Run(IEnumerable<string> arguments, string input = "") =>
        RunToEnd("dotnet", [ShellPath, "-NoModule", .. arguments], input);

    /// <summary>Runs the shell to its end, with the module.</summary>
    public static ShellResult RunWithModule(IEnumerable<string> arguments, string input = "") =>
        RunToEnd("dotnet", [ShellPath, .. arguments], input);

    /// <summary>Runs a command's text in the shell, without the module.</summary>
    public static ShellResult Command(string text, string input = "") => Run(["-Command", text], input);

    /// <summary>Runs pwsh to its end.</summary>
    public static ShellResult RunPwsh(IEnumerable<string> arguments, string input = "") =>
        RunToEnd(PwshPath!, ["-NoProfile", .. arguments], input);

    /// <summary>Starts a program with redirected streams.</summary>
    public static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["NO_COLOR"] = "1";
        return Process.Start(start)!;
    }

    /// <summary>Waits for the end and gives what was written.</summary>
    public static ShellResult Finish(Process process)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("The shell did not end.");
        }

        return new ShellResult(process.ExitCode, output.Result, error.Result);
    }

    private static ShellResult RunToEnd(string program, IEnumerable<string> arguments, string input)
    {
        using Process process = Start(program, arguments);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        return Finish(process);
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "EspProvPS.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }

    private static string FindShell()
    {
        // bin/<configuration>/<framework>/
        string[] parts = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        string shell = Path.Combine(Root, "tools", "EspProv.Shell", "bin", parts[^2], parts[^1], "EspProv.Shell.dll");
        return File.Exists(shell) ? shell : throw new FileNotFoundException("The shell is not built.", shell);
    }
}

/// <summary>A folder for one test, gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("espprov-shell-").FullName;

    /// <summary>Writes a script into it.</summary>
    public string Script(string text, string name = "script.ps1")
    {
        string path = System.IO.Path.Combine(Path, name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
