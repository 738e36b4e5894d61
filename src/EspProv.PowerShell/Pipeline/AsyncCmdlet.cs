using System.Management.Automation;
using EspProv.Commands.Errors;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// Runs asynchronous calls from the synchronous pipeline: the work runs on the thread pool, only the pipeline thread writes, and Ctrl-C
/// returns at once, whatever the work is doing.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private bool _disposed;

    // Only for cmdlets of this assembly.
    private protected AsyncCmdlet()
    {
    }

    /// <summary>Cancelled by Ctrl-C.</summary>
    internal CancellationToken StopToken => _stop.Token;

    // Messages contain untrusted text (names, addresses, device replies). These methods hide the engine's own, so that every cmdlet escapes
    // control characters.

    /// <inheritdoc cref="Cmdlet.WriteVerbose"/>
    private protected new void WriteVerbose(string text) => base.WriteVerbose(UntrustedText.Show(text));

    /// <inheritdoc cref="Cmdlet.WriteWarning"/>
    private protected new void WriteWarning(string text) => base.WriteWarning(UntrustedText.Show(text));

    /// <summary>Writes a verbose message, and also shows it when the command was typed at a prompt.</summary>
    private protected void WriteVerboseOrHost(string text)
    {
        WriteVerbose(text);
        if (MyInvocation.CommandOrigin is CommandOrigin.Runspace)
            PipelineSink.WriteLine(this, text);
    }

    /// <summary>Whether a stream is shown: by its common parameter, or else by its preference variable.</summary>
    private protected bool IsShown(string parameter, string preference) =>
        MyInvocation.BoundParameters.TryGetValue(parameter, out object? given)
            ? LanguagePrimitives.IsTrue(given)
            : !LanguagePrimitives.TryConvertTo(GetVariableValue(preference), out ActionPreference action)
                || action is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    /// <inheritdoc cref="Cmdlet.WriteProgress(ProgressRecord)"/>
    private protected new void WriteProgress(ProgressRecord record) => base.WriteProgress(record.ToShow());

    /// <inheritdoc cref="Cmdlet.ShouldProcess(string, string)"/>
    /// <remarks>Where the session cannot prompt, the command ends with an error.</remarks>
    private protected new bool ShouldProcess(string target, string action)
    {
        try
        {
            return base.ShouldProcess(UntrustedText.Show(target), UntrustedText.Show(action));
        }
        catch (Exception exception) when (UserPrompt.IsUnavailable(exception))
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ConfirmationUnavailable,
                $"{target}: {action}. This must be confirmed, and this session cannot ask for confirmation; give -Confirm:$false.",
                target,
                exception));
            throw;
        }
    }

    /// <summary>Cancels the running work.</summary>
    protected override void StopProcessing()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The pipeline ended at the same moment.
        }
    }

    /// <summary>Runs asynchronous work, and writes its output until it ends.</summary>
    /// <param name="work">The work; it writes only through the sink.</param>
    /// <param name="abandon">Disposes of a result that arrives after the pipeline has stopped.</param>
    /// <exception cref="PipelineStoppedException">Ctrl-C; the work is cancelled and not awaited.</exception>
    internal T Await<T>(Func<PipelineSink, CancellationToken, Task<T>> work, Action<T>? abandon = null)
    {
        var sink = new PipelineSink();
        var cancellation = CancellationTokenSource.CreateLinkedTokenSource(StopToken);
        CancellationToken token = cancellation.Token;
        Task<T> task = Task.Run(
            async () =>
            {
                PipelineSink.Current = sink;
                try
                {
                    return await work(sink, token).ConfigureAwait(false);
                }
                finally
                {
                    sink.Complete();
                }
            },
            CancellationToken.None);
        try
        {
            sink.Pump(this, token);
            T result = task.GetAwaiter().GetResult();
            cancellation.Dispose();
            return result;
        }
        catch (Exception exception)
        {
            // Ctrl-C, an error in the work, or a stream that threw (-WarningAction Stop, Select-Object -First).
            bool stopped = StopToken.IsCancellationRequested;
            sink.Complete();
            cancellation.Cancel();
            _ = task.ContinueWith(
                finished =>
                {
                    if (finished.IsCompletedSuccessfully)
                        abandon?.Invoke(finished.Result);
                    else
                        _ = finished.Exception;
                    cancellation.Dispose();
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
            if (stopped && exception is not PipelineStoppedException)
                throw new PipelineStoppedException();
            throw;
        }
    }

    /// <inheritdoc cref="Await{T}(Func{PipelineSink, CancellationToken, Task{T}}, Action{T}?)"/>
    internal void Await(Func<PipelineSink, CancellationToken, Task> work) =>
        Await<object?>(async (sink, token) =>
        {
            await work(sink, token).ConfigureAwait(false);
            return null;
        });

    /// <summary>Does the work for one input. Errors, also unexpected ones, are written, so that the next input is processed.</summary>
    /// <returns>Whether the work succeeded.</returns>
    internal bool Try(object? target, Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (ProvisioningException exception)
        {
            WriteError(ErrorFactory.From(exception, target));
            return false;
        }
        catch (ModuleException exception)
        {
            WriteError(ErrorFactory.From(exception.Error, exception.Message, target, exception));
            return false;
        }
        catch (Exception exception) when (IsUnexpected(exception))
        {
            WriteVerbose($"{target}: {UnexpectedError.TypesOf(exception)}.");
            WriteError(ErrorFactory.Unexpected(target));
            return false;
        }
    }

    /// <summary>Whether an exception is a bug: neither a known error nor one that PowerShell uses to end a pipeline.</summary>
    internal static bool IsUnexpected(Exception exception) =>
        exception is not (ProvisioningException or PipelineStoppedException or FlowControlException or RuntimeException);

    /// <summary>Runs <paramref name="work"/> with a progress record, which is completed also on errors.</summary>
    internal T WithProgress<T>(string activity, string status, Func<T> work)
    {
        WriteProgress(new ProgressRecord(ProgressId, activity, status));
        try
        {
            return work();
        }
        finally
        {
            // A stopping pipeline accepts no records; the host removes the bar itself.
            if (!Stopping && !StopToken.IsCancellationRequested)
                WriteProgress(new ProgressRecord(ProgressId, activity, status) { RecordType = ProgressRecordType.Completed });
        }
    }

    /// <summary>The id of this cmdlet's progress record, different from those of other cmdlets in the same pipeline.</summary>
    private protected int ProgressId => GetType().Name.Aggregate(17, (hash, letter) => ((hash * 31) + letter) & 0x7fffffff);

    /// <summary>Called when the pipeline has ended.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Disposes of the cmdlet's resources.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposed || !disposing)
            return;
        _disposed = true;
        _stop.Dispose();
    }
}
