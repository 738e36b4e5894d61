using System.Globalization;
using System.Management.Automation;
using EspProv.Board.Loader;
using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Transports.Serial;

namespace EspProv.Commands.Board;

/// <summary>A cmdlet that talks to the loader in the ROM of the board on a serial port, and restarts the board afterwards.</summary>
public abstract class BoardLoaderCmdlet : AsyncCmdlet
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(1);

    private protected BoardLoaderCmdlet()
    {
    }

    /// <summary>The serial port.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Address")]
    [ArgumentCompleter(typeof(PortCompleter))]
    [ValidateNotNullOrEmpty]
    public string Port { get; set; } = "";

    /// <summary>Its speed, in bits per second.</summary>
    [Parameter]
    [ValidateRange(BoardLoaderOptions.MinBaudRate, BoardLoaderOptions.MaxBaudRate)]
    public int BaudRate { get; set; } = SerialTransportOptions.StockBaudRate;

    /// <summary>The offset of the partition table in flash, in bytes.</summary>
    [Parameter]
    [ValidateRange(BoardLoader.SectorSize, BoardLoader.LastSector)]
    public int PartitionTableOffset { get; set; } = BoardLoader.DefaultPartitionTableOffset;

    /// <summary>Whether the board is in its loader already.</summary>
    [Parameter]
    public SwitchParameter InLoader { get; set; }

    /// <summary>How long to wait for the user to start the loader with the board's buttons, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double Timeout { get; set; } = BoardLoaderOptions.DefaultManualTimeoutSeconds;

    /// <summary>Processes the board of the record.</summary>
    protected override void ProcessRecord() => Try(Port, () =>
    {
        try
        {
            Work();
        }
        catch (BoardException exception)
        {
            WriteError(ErrorFactory.From(exception, Port));
        }
    });

    /// <summary>Processes the board, which is in its loader, on the pipeline thread.</summary>
    private protected abstract void Invoke(BoardLoader loader, BoardInfo board);

    /// <summary>Returns the board with the partition table from its log, if its flash has none.</summary>
    private protected BoardInfo ReadPrintedTable(BoardLoader loader, BoardInfo board, bool forErasing) =>
        board.PartitionTableProblem is null
            ? board
            : WithProgress($"Board at {Port}", "Reading its partition table from its log", () => Await(
                (_, token) => loader.ReadPrintedTableAsync(board, forErasing, token)));

    private void Work()
    {
        BoardLoader loader = WithProgress($"Board at {Port}", "Starting its loader", () => Await(
            (sink, token) => BoardLoader.ConnectAsync(Port, MakeOptions(sink), token), abandon: late => _ = EndAsync(late)));
        try
        {
            BoardInfo board = WithProgress($"Board at {Port}", "Reading its description", () => Await(
                (_, token) => loader.IdentifyAsync((uint)PartitionTableOffset, token)));
            Invoke(loader, board);
        }
        finally
        {
            // Also after Ctrl-C; the wait has a timeout.
            Task.WaitAny([EndAsync(loader)], EndTimeout);
        }
    }

    private BoardLoaderOptions MakeOptions(PipelineSink sink) => new()
    {
        BaudRate = BaudRate,
        IsInLoader = InLoader,
        ManualTimeout = TimeSpan.FromSeconds(Timeout),
        OnManual = () => sink.Warning(string.Create(
            CultureInfo.InvariantCulture,
            $"The loader of the board at {Port} cannot be started through the port. "
                + $"Hold the button BOOT, press and release RESET (EN), and release BOOT. Waiting {Timeout:0.###} s.")),
    };

    private static Task EndAsync(BoardLoader loader) => Task.Run(async () =>
    {
        await using (loader.ConfigureAwait(false))
        {
            try
            {
                await loader.RestartAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (ProvisioningException)
            {
                // The port is gone.
            }
        }
    });
}
