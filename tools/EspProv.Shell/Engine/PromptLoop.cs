using System.Management.Automation.Language;
using EspProv.Shell.CommandLine;
using EspProv.Shell.Hosting;

namespace EspProv.Shell.Engine;

/// <summary>
/// Reads commands line by line and runs each as soon as it is complete. Without a terminal it reads the same way, and
/// shows no prompt.
/// </summary>
internal sealed class PromptLoop(ShellSession session, ShellTerminal terminal, ShellOptions options)
{
    private readonly bool _showPrompt = terminal.InputIsTerminal && options.Mode != ShellMode.StandardInput;

    /// <summary>Runs until <c>exit</c> or the end of input.</summary>
    /// <returns>The exit code that was asked for, or that of the last command.</returns>
    public int Run()
    {
        if (_showPrompt && !options.NoLogo)
            terminal.Write(HelpText.Version + Environment.NewLine);

        int status = ExitCodes.Success;
        string text = "";
        while (!session.IsDone)
        {
            if (_showPrompt)
                terminal.Write(text.Length == 0 ? session.PromptText() : ">> ");

            string? line;
            try
            {
                line = session.ReadPromptLine();
            }
            catch (OperationCanceledException)
            {
                text = "";
                continue;
            }

            if (line is null)
            {
                if (text.Length > 0)
                    status = Execute(text); // What is still missing is an error now.
                if (_showPrompt)
                    terminal.Write(Environment.NewLine);
                break;
            }

            text = text.Length == 0 ? line : text + Environment.NewLine + line;
            if (string.IsNullOrWhiteSpace(text))
            {
                text = "";
                continue;
            }

            if (!IsComplete(text))
                continue;
            status = Execute(text);
            text = "";
        }

        return session.RequestedExitCode ?? status;
    }

    private static bool IsComplete(string text)
    {
        Parser.ParseInput(text, out _, out ParseError[] errors);
        return !errors.Any(e => e.IncompleteInput);
    }

    private int Execute(string text)
    {
        bool ended = session.Execute(text);
        if (session.IsDone)
            return session.RequestedExitCode ?? ExitCodes.Success;
        return ended ? session.LastStatus() : session.FailureStatus();
    }
}
