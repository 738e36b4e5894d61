using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EspProv.Shell.Hosting;

/// <summary>Streams, progress and reading. The prompts that ask for something are in <see cref="HostPrompts"/>.</summary>
internal sealed class ShellUserInterface : PSHostUserInterface, IHostUISupportsMultipleChoiceSelection
{
    private readonly ShellTerminal _terminal;
    private readonly ProgressLine _progress;
    private readonly HostPrompts _prompts;
    private readonly bool _nonInteractive;
    private readonly Func<CancellationToken> _stopToken;
    private readonly Action _interrupt;
    private bool _emptyErrorLine;

    /// <param name="terminal">The streams.</param>
    /// <param name="nonInteractive">Reading and prompting are errors.</param>
    /// <param name="stopToken">Canceled when the running pipeline is to stop.</param>
    /// <param name="interrupt">Stops the running pipeline, for a Ctrl-C that arrives as a key.</param>
    public ShellUserInterface(ShellTerminal terminal, bool nonInteractive, Func<CancellationToken> stopToken, Action interrupt)
    {
        _terminal = terminal;
        _nonInteractive = nonInteractive;
        _stopToken = stopToken;
        _interrupt = interrupt;
        _progress = new ProgressLine(terminal);
        _prompts = new HostPrompts(this);
        RawUI = new ShellRawUserInterface(terminal);
    }

    public override PSHostRawUserInterface RawUI { get; }

    public override bool SupportsVirtualTerminal => _terminal.OutputHasColor;

    public override void Write(string value) => _terminal.Write(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
    {
        string before = "";
        if (IsColor(foregroundColor) && foregroundColor != RawUI.ForegroundColor)
            before += PSStyle.MapForegroundColorToEscapeSequence(foregroundColor);
        if (IsColor(backgroundColor) && backgroundColor != RawUI.BackgroundColor)
            before += PSStyle.MapBackgroundColorToEscapeSequence(backgroundColor);
        Write(before.Length == 0 ? value : before + value + PSStyle.Instance.Reset);
    }

    public override void WriteLine(string value) => Write(value + Environment.NewLine);

    public override void WriteErrorLine(string value)
    {
        // The engine's view of an error ends with an empty line, which pwsh does not show either; an empty line within the
        // view has indented text behind it, and stays.
        if (string.IsNullOrEmpty(value))
        {
            _emptyErrorLine = true;
            return;
        }

        if (_emptyErrorLine && value[0] == ' ')
            _terminal.WriteErrorLine("");
        _emptyErrorLine = false;
        _terminal.WriteErrorLine(value);
    }

    public override void WriteWarningLine(string message) => WriteLabelled("WARNING: ", message, PSStyle.Instance.Formatting.Warning);

    public override void WriteVerboseLine(string message) => WriteLabelled("VERBOSE: ", message, PSStyle.Instance.Formatting.Verbose);

    public override void WriteDebugLine(string message) => WriteLabelled("DEBUG: ", message, PSStyle.Instance.Formatting.Debug);

    public override void WriteProgress(long sourceId, ProgressRecord record) => _progress.Show(sourceId, record);

    /// <summary>Takes leftover progress off the screen, at the end of a pipeline.</summary>
    public void ClearProgress() => _progress.Clear();

    public override string ReadLine()
    {
        RequireInteractive();
        return Read(() => _terminal.ReadLine(_stopToken())) ?? "";
    }

    /// <summary>Reads the answer to a question, for which silence is no answer.</summary>
    /// <exception cref="HostException">Input has ended, so nobody can answer.</exception>
    public string ReadAnswer()
    {
        RequireInteractive();
        return Read(() => _terminal.ReadLine(_stopToken())) ?? throw EndOfInput();
    }

    public override SecureString ReadLineAsSecureString()
    {
        RequireInteractive();
        var secret = new SecureString();
        bool read = Read(() => _terminal.ReadHiddenLine(
            c =>
            {
                if (c == '\b')
                    secret.RemoveAt(secret.Length - 1);
                else
                    secret.AppendChar(c);
            },
            _stopToken()));
        if (!read)
        {
            secret.Dispose();
            throw EndOfInput();
        }

        secret.MakeReadOnly();
        return secret;
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        RequireInteractive();
        return _prompts.Prompt(caption, message, descriptions);
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RequireInteractive();
        return _prompts.PromptForChoice(caption, message, choices, defaultChoice);
    }

    public Collection<int> PromptForChoice(string? caption, string? message, Collection<ChoiceDescription> choices, IEnumerable<int>? defaultChoices)
    {
        RequireInteractive();
        return _prompts.PromptForChoices(caption, message, choices, defaultChoices);
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        RequireInteractive();
        return _prompts.PromptForCredential(caption, message, userName);
    }

    private static HostException EndOfInput() => new(
        "There is no more input, so the question cannot be answered.", null, "EndOfInput", ErrorCategory.ReadError);

    // -1 is the engine's "no colour given".
    private static bool IsColor(ConsoleColor color) => Enum.IsDefined(color);

    private void WriteLabelled(string label, string message, string style) => WriteLine(
        _terminal.OutputHasColor ? style + label + message + PSStyle.Instance.Reset : label + message);

    private void RequireInteractive()
    {
        if (_nonInteractive)
        {
            throw new HostException(
                "PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
                null,
                "NonInteractive",
                ErrorCategory.InvalidOperation);
        }
    }

    private T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (OperationCanceledException)
        {
            _interrupt();
            throw new PipelineStoppedException();
        }
    }
}
