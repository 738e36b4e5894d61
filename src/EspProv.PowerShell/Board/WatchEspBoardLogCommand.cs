using System.Globalization;
using System.Management.Automation;
using EspProv.Board.Log;
using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Transports.Serial;

namespace EspProv.Commands.Board;

/// <summary>Shows the log of the board on a serial port while it is printed.</summary>
[Cmdlet(VerbsCommon.Watch, "EspBoardLog")]
[OutputType(typeof(BoardLogLine), typeof(BoardEvent), typeof(EspBoardQrCode))]
public sealed class WatchEspBoardLogCommand : AsyncCmdlet
{
    /// <summary>The serial port.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Address")]
    [ArgumentCompleter(typeof(PortCompleter))]
    public string Port { get; set; } = "";

    /// <summary>Its speed, in bits per second.</summary>
    [Parameter]
    [ValidateRange(SerialTransportOptions.MinBaudRate, SerialTransportOptions.MaxBaudRate)]
    public int BaudRate { get; set; } = SerialTransportOptions.StockBaudRate;

    /// <summary>Write the events instead of the lines.</summary>
    [Parameter]
    public SwitchParameter Event { get; set; }

    /// <summary>The states to wait for; the command ends when one is reached.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public BoardState[] Until { get; set; } = [];

    /// <summary>How long to watch, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double? Timeout { get; set; }

    /// <summary>Restart the board first.</summary>
    [Parameter]
    public SwitchParameter Reset { get; set; }

    /// <summary>Leave passphrases and proofs of possession in the text of lines.</summary>
    [Parameter]
    public SwitchParameter IncludeSecrets { get; set; }

    /// <summary>Watches the port of the record.</summary>
    protected override void ProcessRecord() => Try(Port, () => Await(WatchAsync));

    private async Task WatchAsync(PipelineSink sink, CancellationToken token)
    {
        var watch = new BoardLogWatch(Port, BaudRate, IncludeSecrets);
        await using (watch.ConfigureAwait(false))
        {
            await watch.OpenAsync().ConfigureAwait(false);
            token.ThrowIfCancellationRequested();
            if (Reset && !await watch.ResetAsync(token).ConfigureAwait(false))
            {
                sink.Error(ErrorFactory.From(
                    ModuleError.BoardResetUnavailable,
                    $"The board cannot be restarted through {Port}: the port has no lines DTR and RTS.",
                    Port));
                return;
            }

            TimeSpan timeout = Timeout is { } seconds ? TimeSpan.FromSeconds(seconds) : System.Threading.Timeout.InfiniteTimeSpan;
            bool isReached = await watch.ReadAsync(
                Until, timeout, (entries, stop) => WriteAsync(sink, entries, stop), token).ConfigureAwait(false);
            if (!isReached && Until.Length > 0)
                sink.Error(NotSaid(watch.SeenStates));
        }
    }

    private ErrorRecord NotSaid(IReadOnlyList<BoardState> said)
    {
        ErrorRecord error = ErrorFactory.From(
            ModuleError.BoardLogTimeout,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The log of {Port} did not say {string.Join(" or ", Until)} within {Timeout:0.###} s. It said "
                    + $"{(said.Count == 0 ? "nothing of what a board is watched for" : string.Join(", ", said))}."),
            Port);
        if (said.Contains(BoardState.AlreadyProvisioned))
        {
            error.ErrorDetails.RecommendedAction = UntrustedText.Show(
                $"Erase the board's credentials, so that it provisions again: Clear-EspBoardNvs {Port}.");
        }

        return error;
    }

    // Returns when the pipeline has processed them, so that a slow downstream command slows down the reading.
    private Task WriteAsync(PipelineSink sink, IReadOnlyList<BoardLogEntry> entries, CancellationToken token)
    {
        object[] objects = [.. BoardLogOutput.Of(entries, Event)];
        if (objects.Length == 0)
            return Task.CompletedTask;
        foreach (object value in objects)
            sink.Object(value);
        return sink.DrainAsync(token);
    }
}
