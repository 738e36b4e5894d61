using System.Management.Automation;
using EspProv.Shell.Essentials.Support;

namespace EspProv.Shell.CommandLine;

/// <summary>What <c>-Help</c> and <c>-Version</c> print.</summary>
internal static class HelpText
{
    public const string Usage = """

        Usage: EspProv.Shell [options] [[-File] <script.ps1> [args]]
               EspProv.Shell [options] -Command { - | <text> }
               EspProv.Shell [options]

          -File, -f <path> [args]   run a script; the words after it are its arguments (-Name value, -Switch)
          -Command, -c <text>       run this text; '-' reads commands from standard input
          -NoExit                   stay at the prompt afterwards
          -NonInteractive           anything that would ask is an error instead
          -ModulePath <path>        import this module (manifest or folder) instead of the EspProv.psd1 found upward
          -NoModule                 import no module
          -WorkingDirectory, -wd    where to start
          -NoLogo                   no banner at the prompt
          -NoProfile, -ExecutionPolicy <x>   accepted for pwsh's sake; there are no profiles and no policy here
          -Version, -Help

        Exit codes: what the script's 'exit n' says; 1 after a terminating error, or when the last statement of -Command
        failed; 64 for a command line that cannot be used; 130 when stopped by Ctrl-C.
        """;

    public static string Version =>
        $"EspProv.Shell {typeof(HelpText).Assembly.GetName().Version?.ToString(3)}, PowerShell engine {PSVersionInfo}";

    private static string PSVersionInfo => typeof(PSObject).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>Usage, and an honest list of what is here beside the engine's own commands.</summary>
    public static string Full()
    {
        using var writer = new StringWriter();
        writer.WriteLine(Version);
        writer.WriteLine(Usage);
        writer.WriteLine();
        writer.WriteLine("""
            This is the PowerShell engine (System.Management.Automation) without the modules that pwsh brings along. It has
            the engine's own commands (Get-Command -Module Microsoft.PowerShell.Core) and these essentials, which cover the
            parameters that scripts use most and refuse the others by name:

            """);
        foreach (string line in Wrap(EssentialCommands.All.Select(c => c.Name).Order(StringComparer.Ordinal), 110))
            writer.WriteLine("  " + line);
        writer.WriteLine();
        writer.Write("For everything else use pwsh 7.4 or later; scripts that run here run there unchanged.");
        return writer.ToString();
    }

    private static IEnumerable<string> Wrap(IEnumerable<string> words, int width)
    {
        string line = "";
        foreach (string word in words)
        {
            if (line.Length + word.Length + 1 > width)
            {
                yield return line;
                line = "";
            }

            line += line.Length == 0 ? word : " " + word;
        }

        yield return line;
    }
}
