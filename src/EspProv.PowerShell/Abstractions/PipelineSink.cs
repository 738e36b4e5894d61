using System.Collections.Concurrent;
using System.Management.Automation;

namespace EspProv.Commands.Abstractions;

/// <summary>How work on other threads talks to the streams: it leaves a note, and the pipeline thread writes.</summary>
internal sealed class PipelineSink
{
    private static readonly AsyncLocal<PipelineSink?> CurrentSink = new();

    private readonly BlockingCollection<Action<Cmdlet>> _notes = [];

    /// <summary>The sink of the cmdlet whose work this is; null outside of any.</summary>
    internal static PipelineSink? Current
    {
        get => CurrentSink.Value;
        set => CurrentSink.Value = value;
    }

    internal void Warning(string message) => Post(cmdlet => cmdlet.WriteWarning(UntrustedText.Show(message)));

    internal void Verbose(string message) => Post(cmdlet => cmdlet.WriteVerbose(UntrustedText.Show(message)));

    internal void Progress(ProgressRecord record) => Post(cmdlet => cmdlet.WriteProgress(record.ToShow()));

    internal void Object(object value) => Post(cmdlet => cmdlet.WriteObject(value));

    internal void Error(ErrorRecord record) => Post(cmdlet => cmdlet.WriteError(record));

    /// <summary>Does something on the pipeline thread, in its turn.</summary>
    internal void Run(Action<Cmdlet> act) => Post(act);

    /// <summary>The work is done, or nobody listens any more: what comes late is dropped.</summary>
    internal void Complete() => _notes.CompleteAdding();

    /// <summary>Writes everything as it comes, until <see cref="Complete"/>; only the pipeline thread may call this.</summary>
    internal void Pump(Cmdlet cmdlet, CancellationToken cancellationToken)
    {
        foreach (Action<Cmdlet> note in _notes.GetConsumingEnumerable(cancellationToken))
            note(cmdlet);
    }

    /// <summary>Writes what is there, after waiting no longer than <paramref name="patience"/> for something; only the pipeline thread may call this.</summary>
    internal void PumpWaiting(Cmdlet cmdlet, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!_notes.TryTake(out Action<Cmdlet>? note, (int)patience.TotalMilliseconds, cancellationToken))
            return;
        do
            note(cmdlet);
        while (_notes.TryTake(out note));
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
