using System.Collections.Concurrent;
using System.Management.Automation;
using EspProv.Sessions;

namespace EspProv.Commands.Pipeline;

/// <summary>How work on other threads talks to the streams: it leaves a note, and the pipeline thread writes.</summary>
internal sealed class PipelineSink
{
    private static readonly AsyncLocal<PipelineSink?> CurrentSink = new();

    // Far above what waits while the pipeline thread is busy. At a prompt or a pager it waits for the user, and devices go on.
    private const int MaxWaiting = 10_000;

    private static readonly string[] HostTags = ["PSHOST"];

    private readonly BlockingCollection<Action<Cmdlet>> _notes = [];
    private int _dropped;

    /// <summary>The sink of the cmdlet whose work this is; null outside of any.</summary>
    internal static PipelineSink? Current
    {
        get => CurrentSink.Value;
        set => CurrentSink.Value = value;
    }

    internal void Warning(string message) => Post(cmdlet => cmdlet.WriteWarning(UntrustedText.Show(message)));

    /// <summary>Dropped, and counted, where too much waits already; objects, warnings and errors never are.</summary>
    internal void Verbose(string message) => PostUnlessFull(cmdlet => cmdlet.WriteVerbose(UntrustedText.Show(message)));

    /// <inheritdoc cref="Verbose"/>
    internal void Debug(string message) => PostUnlessFull(cmdlet => cmdlet.WriteDebug(UntrustedText.Show(message)));

    /// <summary>A line for the user at the prompt, as Write-Host shows it.</summary>
    internal void Line(string text) => Post(cmdlet => cmdlet.WriteInformation(new HostInformationMessage { Message = UntrustedText.Show(text) }, HostTags));

    /// <summary>A session's notice, on the stream of its level.</summary>
    /// <param name="device">Which device it is about.</param>
    /// <param name="message">The sentence.</param>
    /// <param name="level">Its level.</param>
    /// <param name="showStep">Where steps are shown; null for the verbose stream.</param>
    internal void Notice(string device, string message, SessionNoticeLevel level, Action<PipelineSink, string>? showStep = null)
    {
        switch (level)
        {
            case SessionNoticeLevel.Warning:
                Warning($"{device}: {message}");
                break;
            case SessionNoticeLevel.Debug:
                Debug($"{device}: {message}");
                break;
            case var _ when showStep is not null:
                showStep(this, message);
                break;
            default:
                Verbose($"{device}: {message}");
                break;
        }
    }

    /// <inheritdoc cref="Verbose"/>
    internal void Progress(ProgressRecord record) => PostUnlessFull(cmdlet => cmdlet.WriteProgress(record.ToShow()));

    internal void Object(object value) => Post(cmdlet => cmdlet.WriteObject(value));

    internal void Error(ErrorRecord record) => Post(cmdlet => cmdlet.WriteError(record));

    /// <summary>Does something on the pipeline thread, in its turn.</summary>
    internal void Run(Action<Cmdlet> act) => Post(act);

    /// <summary>Returns when the pipeline has taken everything that was posted, so that a fast source does not fill the memory.</summary>
    internal Task DrainAsync(CancellationToken cancellationToken)
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(_ => drained.SetResult());
        return drained.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The work is done, or nobody listens any more: what comes late is dropped.</summary>
    internal void Complete() => _notes.CompleteAdding();

    /// <summary>Writes everything as it comes, until <see cref="Complete"/>; only the pipeline thread may call this.</summary>
    internal void Pump(Cmdlet cmdlet, CancellationToken cancellationToken)
    {
        foreach (Action<Cmdlet> note in _notes.GetConsumingEnumerable(cancellationToken))
            note(cmdlet);
        TellDropped(cmdlet);
    }

    /// <summary>Writes what is there, after waiting no longer than <paramref name="patience"/> for something; only the pipeline thread may call this.</summary>
    internal void PumpWaiting(Cmdlet cmdlet, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!_notes.TryTake(out Action<Cmdlet>? note, (int)patience.TotalMilliseconds, cancellationToken))
            return;
        do
            note(cmdlet);
        while (_notes.TryTake(out note));
        TellDropped(cmdlet);
    }

    private void TellDropped(Cmdlet cmdlet)
    {
        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and int dropped)
            cmdlet.WriteVerbose(UntrustedText.Show($"{dropped} verbose and debug messages and progress records were dropped: more came than fit."));
    }

    private void PostUnlessFull(Action<Cmdlet> note)
    {
        if (_notes.Count < MaxWaiting)
            Post(note);
        else
            Interlocked.Increment(ref _dropped);
    }

    private void Post(Action<Cmdlet> note)
    {
        try
        {
            _notes.Add(note);
        }
        catch (InvalidOperationException)
        {
            // Completed in between.
        }
    }
}
