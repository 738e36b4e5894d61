using System.Management.Automation;
using EspProv.Board.Loader;

namespace EspProv.Commands.Board;

/// <summary>Identifies the board on a serial port: chip, MAC address, flash, partitions.</summary>
[Cmdlet(VerbsCommon.Get, "EspBoard")]
[OutputType(typeof(BoardInfo))]
public sealed class GetEspBoardCommand : BoardLoaderCmdlet
{
    private protected override void Invoke(BoardLoader loader, BoardInfo board)
    {
        BoardInfo known = ReadPrintedTable(loader, board, forErasing: false);
        if (known.PartitionTableProblem is { } problem)
            WriteWarning($"{problem}.");
        WriteObject(known);
    }
}
