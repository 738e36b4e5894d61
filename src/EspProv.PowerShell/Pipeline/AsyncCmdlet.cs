using System.Management.Automation;
using EspProv.Commands.Errors;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// The one bridge from the synchronous pipeline to Core's asynchronous calls: the work runs on the thread pool, only the
/// pipeline thread writes, and Ctrl-C returns at once, whatever the work is doing.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private bool _disposed;

    // Made by this assembly's cmdlets only.
    private protected AsyncCmdlet()
    {
    }

    /// <summary>Cancelled by Ctrl-C.</summary>
    internal CancellationToken StopToken => _stop.Token;

    // What is written has others' words in it (names, addresses, files, devices): these stand before the engine's own methods, so that no
    // cmdlet writes them as they came.

    /// <inheritdoc cref="Cmdlet.WriteVerbose"/>
    private protected new void WriteVerbose(string text) => base.WriteVerbose(UntrustedText.Show(text));

    /// <inheritdoc cref="Cmdlet.WriteWarning"/>
    private protected new void WriteWarning(string text) => base.WriteWarning(UntrustedText.Show(text));

    /// <summary>Says something that matters to somebody who typed the command, and is only verbose to a script.</summary>
    private protected void Tell(string text)
    {
        WriteVerbose(text);
        if (MyInvocation.CommandOrigin is CommandOrigin.Runspace)
            base.WriteInformation(new HostInformationMessage { Message = UntrustedText.Show(text) }, ["PSHOST"]);
    }

    /// <inheritdoc cref="Cmdlet.WriteProgress(ProgressRecord)"/>
    private protected new void WriteProgress(ProgressRecord record) => base.WriteProgress(record.ToShow());

    /// <inheritdoc cref="Cmdlet.ShouldProcess(string, string)"/>
    private protected new bool ShouldProcess(string target, string action) =>
        base.ShouldProcess(UntrustedText.Show(target), UntrustedText.Show(action));

    /// <summary>Cancels what runs.</summary>
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

    /// <summary>Runs asynchronous work to its end while writing what it has to say.</summary>
    /// <param name="work">What to do; it says things through the sink only.</param>
    /// <param name="abandon">Disposes of a result that comes after nobody waits for it any more.</param>
    /// <exception cref="PipelineStoppedException">Ctrl-C; the work was told, and is not waited for.</exception>
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
            // Ctrl-C, an error of the work's own, or a stream that threw (-WarningAction Stop, Select-Object -First).
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

    /// <summary>Does one input's work; an error, also one that nobody expected, is written, and the next input has its turn.</summary>
    /// <returns>Whether it went well.</returns>
    private protected bool Try(object? target, Action work)
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

    /// <summary>Whether an exception is a fault in the work, and neither an error of Core's nor how PowerShell ends a pipeline.</summary>
    internal static bool IsUnexpected(Exception exception) =>
        exception is not (ProvisioningException or PipelineStoppedException or FlowControlException or RuntimeException);

    /// <summary>Runs <paramref name="work"/> under a progress record that is completed whatever happens.</summary>
    internal T WithProgress<T>(string activity, string status, Func<T> work)
    {
        WriteProgress(new ProgressRecord(ProgressId, activity, status));
        try
        {
            return work();
        }
        finally
        {
            // A pipeline that is stopping takes no records, and the host removes the bar itself.
            if (!Stopping && !StopToken.IsCancellationRequested)
                WriteProgress(new ProgressRecord(ProgressId, activity, status) { RecordType = ProgressRecordType.Completed });
        }
    }

    /// <summary>Tells this cmdlet's progress record from those of the others in the same pipeline.</summary>
    private protected int ProgressId => GetType().Name.Aggregate(17, (hash, letter) => ((hash * 31) + letter) & 0x7fffffff);

    /// <summary>PowerShell calls this when the pipeline has ended.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the cmdlet holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (_disposed || !disposing)
            return;
        _disposed = true;
        _stop.Dispose();
    }
}
