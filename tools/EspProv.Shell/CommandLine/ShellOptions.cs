using System.Diagnostics.CodeAnalysis;

namespace EspProv.Shell.CommandLine;

/// <summary>What the shell was asked to do.</summary>
internal enum ShellMode
{
    /// <summary>Read lines from standard input, with a prompt when that is a terminal.</summary>
    Prompt,

    /// <summary>Run a script file.</summary>
    File,

    /// <summary>Run the text of a command.</summary>
    Command,

    /// <summary>Run commands from standard input, without a prompt (<c>-Command -</c>).</summary>
    StandardInput,

    /// <summary>Print how it is used.</summary>
    Usage,

    /// <summary>Print the versions.</summary>
    Version,
}

/// <summary>The command line. Parameter names, their abbreviations and their case follow pwsh.</summary>
internal sealed record ShellOptions
{
    // Shortest form that pwsh knows, then the full name: any prefix of the name that is as long as the short form counts.
    private static readonly (string Shortest, string Name)[] Parameters =
    [
        ("f", "file"), ("c", "command"), ("nop", "noprofile"), ("nol", "nologo"), ("noni", "noninteractive"),
        ("noe", "noexit"), ("nom", "nomodule"), ("mod", "modulepath"), ("wo", "workingdirectory"),
        ("ex", "executionpolicy"), ("h", "help"), ("v", "version"),
    ];

    public ShellMode Mode { get; init; } = ShellMode.Prompt;

    /// <summary>The script file as it was written.</summary>
    public string? File { get; init; }

    /// <summary>The script's arguments as they were written.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The text of the command.</summary>
    public string? Command { get; init; }

    /// <summary>The manifest to import; looked for upward from the executable when null.</summary>
    public string? ModulePath { get; init; }

    /// <summary>Import nothing.</summary>
    public bool NoModule { get; init; }

    /// <summary>A prompt is an error.</summary>
    public bool NonInteractive { get; init; }

    /// <summary>Stay at the prompt after the script or command.</summary>
    public bool NoExit { get; init; }

    /// <summary>No banner.</summary>
    public bool NoLogo { get; init; }

    /// <summary>Where to start.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>What is wrong with the command line; null when it is fine.</summary>
    public string? Problem { get; init; }

    /// <summary>Reads the command line. A bad one comes back as <see cref="ShellMode.Usage"/> with a <see cref="Problem"/>.</summary>
    public static ShellOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new ShellOptions();
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!TryParameter(arguments[i], out string? name))
                return options.WithFile(arguments[i], arguments.Skip(i + 1));

            string? value = i + 1 < arguments.Count ? arguments[i + 1] : null;
            switch (name)
            {
                case "noprofile":
                    break; // There are none; accepted so that command lines written for pwsh run unchanged.
                case "nologo":
                    options = options with { NoLogo = true };
                    break;
                case "noninteractive":
                    options = options with { NonInteractive = true };
                    break;
                case "noexit":
                    options = options with { NoExit = true };
                    break;
                case "nomodule":
                    options = options with { NoModule = true };
                    break;
                case "help":
                    return options with { Mode = ShellMode.Usage };
                case "version":
                    return options with { Mode = ShellMode.Version };
                case null:
                    return options.Wrong($"The parameter '{arguments[i]}' is not known.");
                default:
                    if (value is null)
                        return options.Wrong($"The parameter '{arguments[i]}' needs a value.");
                    if (name == "file")
                        return options.WithFile(value, arguments.Skip(i + 2));
                    if (name == "command")
                        return options.WithCommand(value, arguments.Skip(i + 2));
                    options = name switch
                    {
                        "modulepath" => options with { ModulePath = value },
                        "workingdirectory" => options with { WorkingDirectory = value },
                        _ => options, // executionpolicy: there is none on this platform's engine; accepted and without effect.
                    };
                    i++;
                    break;
            }
        }

        return options.Checked();
    }

    private static bool TryParameter(string argument, out string? name)
    {
        name = null;
        if (argument.Length < 2 || argument[0] != '-')
            return false;

        string written = argument.TrimStart('-').ToLowerInvariant();
        if (written is "?")
        {
            name = "help";
            return true;
        }

        foreach ((string shortest, string full) in Parameters)
        {
            if (written.Length >= shortest.Length && full.StartsWith(written, StringComparison.Ordinal))
            {
                name = full;
                return true;
            }
        }

        name = written switch { "ep" => "executionpolicy", "wd" => "workingdirectory", _ => null };
        return true;
    }

    private ShellOptions WithFile(string file, IEnumerable<string> rest)
    {
        if (file == "-")
            return (this with { Mode = ShellMode.StandardInput }).Checked();
        if (!System.IO.File.Exists(System.IO.Path.Combine(WorkingDirectory ?? "", file)))
            return Wrong($"The argument '{file}' is not recognized as the name of a script file. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.");
        return (this with { Mode = ShellMode.File, File = file, Arguments = [.. rest] }).Checked();
    }

    private ShellOptions WithCommand(string command, IEnumerable<string> rest) =>
        command == "-"
            ? (this with { Mode = ShellMode.StandardInput }).Checked()
            : (this with { Mode = ShellMode.Command, Command = string.Join(' ', rest.Prepend(command)) }).Checked();

    private ShellOptions Checked()
    {
        if (WorkingDirectory is not null && !Directory.Exists(WorkingDirectory))
            return Wrong($"The working directory '{WorkingDirectory}' does not exist.");
        if (ModulePath is not null && !System.IO.File.Exists(ModulePath) && !Directory.Exists(ModulePath))
            return Wrong($"The module path '{ModulePath}' does not exist.");
        return this;
    }

    [SuppressMessage("Performance", "CA1822", Justification = "Reads as one of the With family.")]
    private ShellOptions Wrong(string problem) => this with { Mode = ShellMode.Usage, Problem = problem };
}
