using System.Globalization;
using System.Management.Automation;
using EspProv.Board.Loader;
using EspProv.Board.Partitions;

namespace EspProv.Commands.Board;

/// <summary>Erases the NVS partition of the board on a serial port, which contains the credentials of its network.</summary>
[Cmdlet(
    VerbsCommon.Clear,
    "EspBoardNvs",
    DefaultParameterSetName = PartitionSet,
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EspBoardNvsResult))]
public sealed class ClearEspBoardNvsCommand : BoardLoaderCmdlet
{
    private const string PartitionSet = "Partition";
    private const string RangeSet = "Range";

    /// <summary>The partition's label.</summary>
    [Parameter(ParameterSetName = PartitionSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NvsPartitionCompleter))]
    public string Partition { get; set; } = "nvs";

    /// <summary>The offset of the range in flash, in bytes.</summary>
    [Parameter(ParameterSetName = RangeSet, Mandatory = true)]
    [ValidateRange(BoardLoader.SectorSize, BoardLoader.LastSector)]
    public int Offset { get; set; }

    /// <summary>The size of the range, in bytes.</summary>
    [Parameter(ParameterSetName = RangeSet, Mandatory = true)]
    [ValidateRange(BoardLoader.SectorSize, BoardLoader.LastSector)]
    public int Size { get; set; }

    private protected override void Invoke(BoardLoader loader, BoardInfo board)
    {
        board = ReadPrintedTable(loader, board, forErasing: true);
        (string? label, uint offset, uint size) = ParameterSetName == PartitionSet ? Find(board) : (null, (uint)Offset, (uint)Size);
        loader.CheckRange(board, offset, size);
        string range = string.Create(CultureInfo.InvariantCulture, $"0x{offset:x} to 0x{(ulong)offset + size - 1:x}");
        string what = label is null ? $"Erase flash from {range}" : $"Erase partition '{label}', flash from {range}";
        string unknown = board.PartitionTableProblem is null ? "" : ". No partition table is known: it may hold the application";
        if (!ShouldProcess($"{board.Chip} {board.MacAddress} at {Port}", what + unknown))
            return;
        BoardErasure erasure = WithProgress($"Board at {Port}", what, () => Await((_, token) => loader.EraseAsync(offset, size, token)));

        // Reported before the wait, because after Ctrl-C the result cannot be written.
        string done = $"{(label is null ? $"Flash from {range}" : $"Partition '{label}'")} of the board at {Port} "
            + $"{(erasure.WasErased ? "was erased already" : "is erased")}.";
        WriteVerboseOrHost(done);
        BoardStart start = WithProgress($"Board at {Port}", $"{done} Waiting for what the board says now", () => Await(
            (_, token) => StartAsync(loader, token)));
        WriteObject(new EspBoardNvsResult(board, label, offset, size, erasure, start));
    }

    // The port of a chip with built-in USB may disappear when the chip restarts.
    private static async Task<BoardStart> StartAsync(BoardLoader loader, CancellationToken cancellationToken)
    {
        try
        {
            return await loader.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ProvisioningException)
        {
            return new BoardStart(null, null);
        }
    }

    private (string? Label, uint Offset, uint Size) Find(BoardInfo board)
    {
        if (board.PartitionTableProblem is { } noTable)
            throw new BoardException(BoardProblem.PartitionTableNotFound, $"{noTable}.");

        BoardPartition[] named = [.. board.Partitions.Where(partition => partition.Label == Partition)];
        string? problem =
            named.Length != 1
                ? $"The board at {Port} has {(named.Length == 0 ? "no" : "more than one")} partition '{Partition}'. "
                    + $"It has: {string.Join(", ", board.Partitions)}"
            : !named[0].IsNvs
                ? $"The partition {named[0]} of the board at {Port} is not for NVS, and is not erased"
            : null;
        return problem is null
            ? (named[0].Label, named[0].Offset, named[0].Size)
            : throw new BoardException(BoardProblem.PartitionNotFound, $"{problem}.");
    }
}
