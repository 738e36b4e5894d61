using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EspProv.Shell.CommandLine;
using EspProv.Shell.Essentials.Support;
using EspProv.Shell.Hosting;

namespace EspProv.Shell.Engine;

/// <summary>One run of the shell: the engine with the essentials and the module, and what the command line asked of it.</summary>
internal sealed class ShellSession : IDisposable
{
    // A cmdlet that does not stop must not hold the terminal for ever: this many signals in one pipeline end the process.
    private const int InterruptsThatKill = 3;

    private readonly ShellOptions _options;
    private readonly ShellTerminal _terminal;
    private readonly ShellUserInterface _ui;
    private readonly Runspace _runspace;
    private readonly Lock _lock = new();
    private CancellationTokenSource _stop = new();
    private Pipeline? _running;
    private CancellationTokenSource? _atPrompt;
    private int _interrupts;
    private int _nesting;
    private bool _leaveNestedPrompt;
    private int? _exitCode;
    private bool _lastWasStopped;

    /// <summary>Starts the engine; nothing runs before <see cref="Run"/>.</summary>
    public ShellSession(ShellOptions options, ShellTerminal terminal)
    {
        _options = options;
        _terminal = terminal;
        if (options.WorkingDirectory is not null)
            Directory.SetCurrentDirectory(options.WorkingDirectory);
        _ui = new ShellUserInterface(terminal, options.NonInteractive, () => _stop.Token, () => Interrupt());
        var host = new ShellHost(_ui, code => _exitCode = code, EnterNestedPrompt, () => _leaveNestedPrompt = true);

        InitialSessionState state = InitialSessionState.CreateDefault2();
        foreach (SessionStateCommandEntry command in EssentialCommands.All)
            state.Commands.Add(command);
        if (OperatingSystem.IsWindows())
            state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
        _runspace = RunspaceFactory.CreateRunspace(host, state);
        _runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        _runspace.Open();
    }

    /// <summary>Does what the command line says.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        ImportModule();
        int code = _options.Mode switch
        {
            ShellMode.File => RunFile(),
            ShellMode.Command => RunCommand(_options.Command!),
            _ => new PromptLoop(this, _terminal, _options).Run(),
        };
        if (_exitCode is null && _options.NoExit && _options.Mode is ShellMode.File or ShellMode.Command)
            code = new PromptLoop(this, _terminal, _options).Run();
        return _exitCode ?? code;
    }

    /// <summary><c>exit</c> was called, or the nested prompt was left.</summary>
    public bool IsDone => _exitCode is not null || _leaveNestedPrompt;

    /// <summary>The exit code that was asked for.</summary>
    public int? RequestedExitCode => _exitCode;

    /// <summary>Runs text and shows what comes of it.</summary>
    /// <returns>Whether it ended without a terminating error; the error was shown.</returns>
    public bool Execute(string text) => Execute(_nesting > 0
        ? _runspace.CreateNestedPipeline(text, addToHistory: true) // $? outlives only pipelines of the history.
        : _runspace.CreatePipeline(text, addToHistory: true));

    /// <summary>The value of <c>$?</c>, as an exit code.</summary>
    public int LastStatus() => Evaluate("$?") is true ? ExitCodes.Success : ExitCodes.Failure;

    /// <summary>What a command that ended early, by an error or by Ctrl-C, leaves as an exit code.</summary>
    public int FailureStatus() => _lastWasStopped ? ExitCodes.Interrupted : ExitCodes.Failure;

    /// <summary>The text of the prompt, which users may redefine as the function <c>prompt</c>.</summary>
    public string PromptText()
    {
        try
        {
            return Evaluate("prompt")?.ToString() is { Length: > 0 } text ? text : "PS> ";
        }
        catch (RuntimeException)
        {
            return "PS> "; // A broken prompt function must not take the prompt away.
        }
    }

    /// <summary>Marks the time that is spent waiting for a line, which Ctrl-C ends with a fresh prompt.</summary>
    /// <returns>Null at the end of input.</returns>
    /// <exception cref="OperationCanceledException">Ctrl-C.</exception>
    public string? ReadPromptLine()
    {
        using var cancellation = new CancellationTokenSource();
        lock (_lock)
            _atPrompt = cancellation;
        try
        {
            return _terminal.ReadLine(cancellation.Token);
        }
        finally
        {
            lock (_lock)
                _atPrompt = null;
        }
    }

    /// <summary>Ctrl-C.</summary>
    /// <returns>False when there is nothing to stop, or it does not stop, and the process should end.</returns>
    public bool Interrupt()
    {
        lock (_lock)
        {
            // A prompt comes first: a nested one waits while its outer pipeline runs.
            if (_atPrompt is not null)
            {
                if (!_terminal.InputIsTerminal)
                    return false;
                _atPrompt.Cancel();
                return true;
            }

            if (_running is null)
                return false;
            if (++_interrupts >= InterruptsThatKill)
                return false;
            _stop.Cancel();
            _running.StopAsync();
            return true;
        }
    }

    /// <summary>The process is asked to go.</summary>
    /// <returns>False when it can go at once.</returns>
    public bool Terminate(int exitCode)
    {
        lock (_lock)
        {
            if (_running is null || _atPrompt is not null)
                return false;
            _exitCode = exitCode;
            _stop.Cancel();
            _running.StopAsync();
            return true;
        }
    }

    public void Dispose()
    {
        _runspace.Dispose();
        _stop.Dispose();
    }

    private int RunFile()
    {
        // A full path, as pwsh makes it, so that $PSCommandPath and error positions do not depend on where we are.
        var script = new Command(Path.GetFullPath(_options.File!), isScript: false, useLocalScope: false);
        foreach (CommandParameter parameter in ScriptArguments.Bind(_options.Arguments))
            script.Parameters.Add(parameter);
        Pipeline pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add(script);
        EngineInternals.LetScriptExitEndTheHost(_runspace, true);
        try
        {
            return Execute(pipeline) ? ExitCodes.Success : FailureStatus();
        }
        finally
        {
            EngineInternals.LetScriptExitEndTheHost(_runspace, false);
        }
    }

    private int RunCommand(string text) => Execute(text) ? LastStatus() : FailureStatus();

    private void ImportModule()
    {
        if (_options.NoModule)
            return;
        string? path = _options.ModulePath is { } given ? Path.GetFullPath(given) : ModuleLocator.FindUpward(AppContext.BaseDirectory);
        if (path is null)
        {
            _ui.WriteErrorLine("EspProv.psd1 was not found beside or above the shell, so the EspProv commands are missing. Build the solution, or name the module with -ModulePath.");
            return;
        }

        var import = new Command("Import-Module");
        import.Parameters.Add("Name", path);
        Pipeline pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add(import);
        Execute(pipeline);
    }

    private bool Execute(Pipeline pipeline)
    {
        using (pipeline)
        {
            // As pwsh does it: errors travel with the output, marked, and Out-Default puts each where it belongs.
            pipeline.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
            pipeline.Commands.Add(new Command("Out-Default", isScript: false, useLocalScope: true)
            {
                MergeUnclaimedPreviousCommandResults = PipelineResultTypes.Error | PipelineResultTypes.Output,
            });

            Pipeline? outer = Enter(pipeline);
            try
            {
                pipeline.Invoke();
                // A stopped script may still end in good order, so the pipeline's state is what tells.
                _lastWasStopped = pipeline.PipelineStateInfo.State == PipelineState.Stopped || _stop.IsCancellationRequested;
                return !_lastWasStopped;
            }
            catch (PipelineStoppedException)
            {
                _lastWasStopped = true;
                return false;
            }
            catch (ParseException e) when (e.ErrorRecord.InvocationInfo is null or { ScriptName: null or "" })
            {
                // The engine's view of an error has nothing to show for text that did not become a script.
                _ui.WriteErrorLine(e.Message);
                return false;
            }
            catch (RuntimeException e)
            {
                Report(e);
                return false;
            }
            finally
            {
                Leave(outer);
                _ui.ClearProgress();
            }
        }
    }

    private Pipeline? Enter(Pipeline pipeline)
    {
        lock (_lock)
        {
            Pipeline? outer = _running;
            _running = pipeline;
            _interrupts = 0;
            _lastWasStopped = false;
            if (_stop.IsCancellationRequested)
            {
                _stop.Dispose();
                _stop = new CancellationTokenSource();
            }

            return outer;
        }
    }

    private void Leave(Pipeline? outer)
    {
        lock (_lock)
            _running = outer;
    }

    // The host's own small questions to the engine: no output is shown, $? and $Error stay as they are.
    private object? Evaluate(string text)
    {
        using Pipeline pipeline = _nesting > 0 ? _runspace.CreateNestedPipeline(text, false) : _runspace.CreatePipeline(text);
        return pipeline.Invoke().LastOrDefault()?.BaseObject;
    }

    private void Report(RuntimeException exception)
    {
        ErrorRecord error = exception.ErrorRecord;
        if (_runspace.SessionStateProxy.GetVariable("Error") is ArrayList errors
            && !errors.OfType<ErrorRecord>().Contains(error) && !errors.Contains(exception))
        {
            errors.Insert(0, error);
        }

        using Pipeline pipeline = _nesting > 0 ? _runspace.CreateNestedPipeline() : _runspace.CreatePipeline();
        pipeline.Commands.Add("Out-Default");
        pipeline.Input.Write(EngineInternals.AsErrorStream(error));
        pipeline.Input.Close();
        pipeline.Invoke();
    }

    private void EnterNestedPrompt()
    {
        bool leaveOuter = _leaveNestedPrompt;
        _leaveNestedPrompt = false;
        _nesting++;
        try
        {
            new PromptLoop(this, _terminal, _options with { NoLogo = true }).Run();
        }
        finally
        {
            _nesting--;
            _leaveNestedPrompt = leaveOuter;
        }
    }
}
