using EspProv.Board.Loader;
using EspProv.Board.Log;

namespace EspProv.Commands.Board;

/// <summary>The result of Clear-EspBoardNvs for a board.</summary>
public sealed class EspBoardNvsResult
{
    private readonly BoardErasure _erasure;
    private readonly BoardStart _start;

    internal EspBoardNvsResult(BoardInfo board, string? partition, uint offset, uint size, BoardErasure erasure, BoardStart start) =>
        (Board, Partition, Offset, Size, _erasure, _start) = (board, partition, offset, size, erasure, start);

    /// <summary>The serial port.</summary>
    public string Port => Board.Port;

    /// <summary>The service name of the board after this: from its log, or else that of the stock example.</summary>
    public string Name => ServiceName ?? Board.ServiceName;

    /// <summary>The chip's MAC address.</summary>
    public string MacAddress => Board.MacAddress;

    /// <summary>The partition's label; null if a range was given.</summary>
    public string? Partition { get; }

    /// <summary>The offset of the range in flash, in bytes.</summary>
    public uint Offset { get; }

    /// <summary>The size of the range, in bytes.</summary>
    public uint Size { get; }

    /// <summary>Erased, or WasErased if it was erased already and nothing was done.</summary>
    public EspBoardNvsStatus Status => _erasure.WasErased ? EspBoardNvsStatus.WasErased : EspBoardNvsStatus.Erased;

    /// <summary>The board's state after its restart, from its log; null if the log did not show it in time.</summary>
    public BoardState? State => _start.State;

    /// <summary>The service name in its log; null for none.</summary>
    public string? ServiceName => _start.ServiceName;

    /// <summary>The description of the board.</summary>
    public BoardInfo Board { get; }

    /// <summary>The port, and the status.</summary>
    public override string ToString() => $"{Port}: {Status}";
}

/// <summary>The status of a range of flash.</summary>
public enum EspBoardNvsStatus
{
    /// <summary>It was erased, and verified against the ROM's MD5.</summary>
    Erased,

    /// <summary>It was erased already, and nothing was done.</summary>
    WasErased,
}
