using System.Text;
using System.Text.RegularExpressions;

namespace EspProv.Shell.Hosting;

/// <summary>
/// The process's three standard streams: what is a terminal and what is not, where colour may go, and reading that
/// Ctrl-C can leave.
/// </summary>
internal sealed partial class ShellTerminal
{
    private readonly Lock _lock = new();
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private Task<string?>? _pendingLine;
    private string? _progressText;

    private ShellTerminal(TextWriter output, TextWriter error)
    {
        _output = output;
        _error = error;
    }

    /// <summary>Standard input is a terminal.</summary>
    public bool InputIsTerminal { get; private init; }

    /// <summary>Standard output is a terminal.</summary>
    public bool OutputIsTerminal { get; private init; }

    /// <summary>Standard error is a terminal.</summary>
    public bool ErrorIsTerminal { get; private init; }

    /// <summary>Escape sequences may be written to standard output: a terminal that is not dumb, and no NO_COLOR.</summary>
    public bool OutputHasColor { get; private init; }

    /// <summary>Escape sequences may be written to standard error.</summary>
    public bool ErrorHasColor { get; private init; }

    /// <summary>Opens the process's own streams.</summary>
    public static ShellTerminal ForConsole()
    {
        // pwsh writes UTF-8 without a byte-order mark wherever the stream goes.
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Console.OutputEncoding = encoding;
        bool color = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new ShellTerminal(Console.Out, Console.Error)
        {
            InputIsTerminal = !Console.IsInputRedirected,
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            OutputHasColor = color && !Console.IsOutputRedirected,
            ErrorHasColor = color && !Console.IsErrorRedirected,
        };
    }

    /// <summary>Columns of the terminal; 80 where there is none.</summary>
    public int Width
    {
        get
        {
            try
            {
                return Console.WindowWidth is > 0 and int width ? width : 80;
            }
            catch (IOException)
            {
                return 80;
            }
        }
    }

    /// <summary>Writes to standard output, without escape sequences where they do not belong.</summary>
    public void Write(string text)
    {
        lock (_lock)
        {
            EraseProgress();
            _output.Write(OutputHasColor ? text : WithoutEscapes(text));
            _output.Flush();
        }
    }

    /// <summary>Writes a line to standard error.</summary>
    public void WriteErrorLine(string text)
    {
        lock (_lock)
        {
            EraseProgress();
            _error.WriteLine(ErrorHasColor ? text : WithoutEscapes(text));
            _error.Flush();
        }
    }

    /// <summary>Shows one line of progress at the cursor and replaces it in place; nothing when output is not a terminal.</summary>
    public void ShowProgress(string? text)
    {
        if (!OutputIsTerminal || !OutputHasColor)
            return;
        lock (_lock)
        {
            if (text == _progressText)
                return;
            EraseProgress();
            if (text is null)
                return;
            _progressText = text.Length < Width ? text : text[..(Width - 1)];
            _output.Write(_progressText);
            _output.Flush();
            _progressText = text;
        }
    }

    /// <summary>Reads a line.</summary>
    /// <returns>Null at the end of input.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C; a line that is typed later goes to the next reader.</exception>
    public string? ReadLine(CancellationToken cancellationToken)
    {
        HideProgress();

        // A blocked read cannot be taken back, so it stays pending and the next caller gets what it brings.
        Task<string?> pending = _pendingLine ??= Task.Factory.StartNew(
            Console.In.ReadLine, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            pending.Wait(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Write(Environment.NewLine); // What was typed so far stays on a line of its own.
            throw;
        }

        _pendingLine = null;
        return pending.Result;
    }

    /// <summary>Reads a line without showing it, a <c>*</c> for each character on a terminal.</summary>
    /// <param name="accept">Gets each character; <c>'\b'</c> takes the last one back.</param>
    /// <param name="cancellationToken">Ctrl-C, where input is not a terminal.</param>
    /// <returns>False at the end of input, before any character.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C.</exception>
    public bool ReadHiddenLine(Action<char> accept, CancellationToken cancellationToken)
    {
        if (!InputIsTerminal)
        {
            string? line = ReadLine(cancellationToken);
            foreach (char c in line ?? "")
                accept(c);
            return line is not null;
        }

        HideProgress();
        bool before = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true; // Otherwise the read would go on after the signal, and eat what is typed next.
        int count = 0;
        try
        {
            while (true)
            {
                ConsoleKeyInfo key = Console.ReadKey(intercept: true);
                bool control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
                if (key.Key == ConsoleKey.Enter)
                {
                    Write("\n");
                    return true;
                }

                if (control && key.Key == ConsoleKey.C)
                {
                    Write("\n");
                    throw new OperationCanceledException();
                }

                if (control && key.Key == ConsoleKey.D && count == 0)
                    return false;
                if (key.Key == ConsoleKey.Backspace)
                {
                    if (count > 0)
                    {
                        count--;
                        accept('\b');
                        Write("\b \b");
                    }
                }
                else if (!char.IsControl(key.KeyChar))
                {
                    count++;
                    accept(key.KeyChar);
                    Write("*");
                }
            }
        }
        finally
        {
            Console.TreatControlCAsInput = before;
        }
    }

    private void HideProgress()
    {
        lock (_lock)
            EraseProgress();
    }

    private void EraseProgress()
    {
        if (_progressText is null)
            return;
        _progressText = null;
        _output.Write("\r\x1b[K");
    }

    private static string WithoutEscapes(string text) =>
        text.Contains('\x1b', StringComparison.Ordinal) ? EscapeSequence().Replace(text, "") : text;

    // CSI sequences (colours, cursor) and OSC sequences (links, titles).
    [GeneratedRegex(@"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\))")]
    private static partial Regex EscapeSequence();
}
