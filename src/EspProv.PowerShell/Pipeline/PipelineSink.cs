using System.Collections.Concurrent;
using System.Management.Automation;
using EspProv.Sessions;

namespace EspProv.Commands.Pipeline;

/// <summary>Queues stream writes of other threads for the pipeline thread.</summary>
internal sealed class PipelineSink
{
    private static readonly AsyncLocal<PipelineSink?> CurrentSink = new();

    // Reached only when the pipeline thread is blocked, such as by a prompt or a pager, while devices continue to report.
    private const int MaxQueued = 10_000;

    private static readonly string[] HostTags = ["PSHOST"];

    private readonly BlockingCollection<Action<Cmdlet>> _writes = [];
    private int _dropped;

    /// <summary>The sink of the cmdlet that runs the current work; null outside a cmdlet.</summary>
    internal static PipelineSink? Current
    {
        get => CurrentSink.Value;
        set => CurrentSink.Value = value;
    }

    internal void Warning(string message) => Post(cmdlet => cmdlet.WriteWarning(UntrustedText.Show(message)));

    /// <summary>Dropped and counted when the queue is full; objects, warnings and errors are never dropped.</summary>
    internal void Verbose(string message) => PostUnlessFull(cmdlet => cmdlet.WriteVerbose(UntrustedText.Show(message)));

    /// <inheritdoc cref="Verbose"/>
    internal void Debug(string message) => PostUnlessFull(cmdlet => cmdlet.WriteDebug(UntrustedText.Show(message)));

    /// <summary>Writes a line for the user at the prompt, as Write-Host shows it; only for the pipeline thread.</summary>
    internal static void WriteLine(Cmdlet cmdlet, string text) =>
        cmdlet.WriteInformation(new HostInformationMessage { Message = UntrustedText.Show(text) }, HostTags);

    /// <summary>A step of a session: a line for the user at the prompt, or a verbose message.</summary>
    internal void Step(string message, bool isShown)
    {
        if (isShown)
            Post(cmdlet => WriteLine(cmdlet, message));
        else
            Verbose(message);
    }

    /// <summary>A session's notice, on the stream of its level.</summary>
    /// <param name="device">The device's name.</param>
    /// <param name="message">The message.</param>
    /// <param name="level">Its level.</param>
    /// <param name="showSteps">Whether steps are shown at the prompt, where they need no name.</param>
    internal void Notice(string device, string message, SessionNoticeLevel level, bool showSteps = false)
    {
        switch (level)
        {
            case SessionNoticeLevel.Warning:
                Warning($"{device}: {message}");
                break;
            case SessionNoticeLevel.Debug:
                Debug($"{device}: {message}");
                break;
            default:
                Step(showSteps ? message : $"{device}: {message}", showSteps);
                break;
        }
    }

    /// <inheritdoc cref="Verbose"/>
    internal void Progress(ProgressRecord record) => PostUnlessFull(cmdlet => cmdlet.WriteProgress(record.ToShow()));

    internal void Object(object value) => Post(cmdlet => cmdlet.WriteObject(value));

    internal void Error(ErrorRecord record) => Post(cmdlet => cmdlet.WriteError(record));

    /// <summary>Queues an action for the pipeline thread.</summary>
    internal void Run(Action<Cmdlet> action) => Post(action);

    /// <summary>Completes when all queued writes are done, so that a fast source does not fill the memory.</summary>
    internal Task DrainAsync(CancellationToken cancellationToken)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ => drained.SetResult());
        return drained.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Closes the queue; later writes are dropped.</summary>
    internal void Complete() => _writes.CompleteAdding();

    /// <summary>Does the queued writes until <see cref="Complete"/>; only for the pipeline thread.</summary>
    internal void Pump(Cmdlet cmdlet, CancellationToken cancellationToken)
    {
        foreach (Action<Cmdlet> write in _writes.GetConsumingEnumerable(cancellationToken))
            write(cmdlet);
        ReportDropped(cmdlet);
    }

    /// <summary>Does the queued writes, waiting up to <paramref name="timeout"/> for the first one; only for the pipeline thread.</summary>
    internal void PumpQueued(Cmdlet cmdlet, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!_writes.TryTake(out Action<Cmdlet>? write, (int)timeout.TotalMilliseconds, cancellationToken))
            return;
        do
            write(cmdlet);
        while (_writes.TryTake(out write));
        ReportDropped(cmdlet);
    }

    private void ReportDropped(Cmdlet cmdlet)
    {
        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and int dropped)
        {
            cmdlet.WriteVerbose(UntrustedText.Show(
                $"{dropped} verbose and debug messages and progress records were dropped: the queue was full."));
        }
    }

    private void PostUnlessFull(Action<Cmdlet> write)
    {
        if (_writes.Count < MaxQueued)
            Post(write);
        else
            Interlocked.Increment(ref _dropped);
    }

    private void Post(Action<Cmdlet> write)
    {
        try
        {
            _writes.Add(write);
        }
        catch (InvalidOperationException)
        {
            // Already completed.
        }
    }
}
