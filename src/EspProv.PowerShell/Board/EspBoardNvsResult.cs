using EspProv.Board.Loader;

namespace EspProv.Commands.Board;

/// <summary>What Clear-EspBoardNvs did to a board.</summary>
public sealed class EspBoardNvsResult
{
    private readonly BoardErasure _erasure;

    internal EspBoardNvsResult(BoardInfo board, string? partition, uint offset, uint size, BoardErasure erasure) =>
        (Board, Partition, Offset, Size, _erasure) = (board, partition, offset, size, erasure);

    /// <summary>The serial port.</summary>
    public string Port => Board.Port;

    /// <summary>The name that firmware of the stock example provisions under after this.</summary>
    public string Name => Board.ServiceName;

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
