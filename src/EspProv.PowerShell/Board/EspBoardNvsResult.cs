using EspProv.Board.Loader;
using EspProv.Board.Log;

namespace EspProv.Commands.Board;

/// <summary>What Clear-EspBoardNvs did to a board.</summary>
public sealed class EspBoardNvsResult
{
    private readonly BoardErasure _erasure;
    private readonly BoardStart _start;

    internal EspBoardNvsResult(BoardInfo board, string? partition, uint offset, uint size, BoardErasure erasure, BoardStart start) =>
        (Board, Partition, Offset, Size, _erasure, _start) = (board, partition, offset, size, erasure, start);

    /// <summary>The serial port.</summary>
    public string Port => Board.Port;

    /// <summary>The name that the board provisions under after this: as its log says, or else the one of the stock example.</summary>
    public string Name => ServiceName ?? Board.ServiceName;

    /// <summary>The chip's MAC address.</summary>
    public string MacAddress => Board.MacAddress;

    /// <summary>The partition's label; null for a range that was given.</summary>
    public string? Partition { get; }

    /// <summary>Where the range begins in flash, in bytes.</summary>
    public uint Offset { get; }

    /// <summary>How long the range is, in bytes.</summary>
    public uint Size { get; }

    /// <summary>Erased, or WasErased where it was found erased and nothing was done.</summary>
    public EspBoardNvsStatus Status => _erasure.WasErased ? EspBoardNvsStatus.WasErased : EspBoardNvsStatus.Erased;

    /// <summary>What the board does since it was restarted, as its log says; null if that said nothing in some seconds.</summary>
    public BoardState? State => _start.State;

    /// <summary>The name that its log says it can be provisioned under; null for none.</summary>
    public string? ServiceName => _start.ServiceName;

    /// <summary>What the board is.</summary>
    public BoardInfo Board { get; }

    /// <summary>The port, and the status.</summary>
    public override string ToString() => $"{Port}: {Status}";
}

/// <summary>What became of a range of flash.</summary>
public enum EspBoardNvsStatus
{
    /// <summary>It was erased, which the ROM's MD5 of it proves.</summary>
    Erased,

    /// <summary>It was found erased, and nothing was done.</summary>
    WasErased,
}
