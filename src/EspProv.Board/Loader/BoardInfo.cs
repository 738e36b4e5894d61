using EspProv.Board.Partitions;

namespace EspProv.Board.Loader;

/// <summary>A board, as its ROM loader and its flash describe it.</summary>
public sealed record BoardInfo
{
    /// <summary>The serial port.</summary>
    public required string Port { get; init; }

    /// <summary>The chip: <c>ESP32-C3</c>.</summary>
    public required string Chip { get; init; }

    /// <summary>The chip's revision: <c>v0.4</c>.</summary>
    public required string Revision { get; init; }

    /// <summary>The chip's MAC address, which its Wi-Fi station has: <c>24:0A:C4:26:1F:CC</c>.</summary>
    public required string MacAddress { get; init; }

    /// <summary>The name that the stock example provisions under: PROV_ and the last three bytes of the MAC address.</summary>
    public string ServiceName => "PROV_" + MacAddress[9..].Replace(":", "", StringComparison.Ordinal);

    /// <summary>
    /// The size of the flash in bytes, as the bootloader was built for, or as it prints where it cannot be read; null where neither is
    /// known.
    /// </summary>
    public required long? FlashSize { get; init; }

    /// <summary>Whether the chip only starts signed firmware; null where its ROM does not tell (ESP32).</summary>
    public required bool? HasSecureBoot { get; init; }

    /// <summary>The partitions; none where no table was found.</summary>
    public required IReadOnlyList<BoardPartition> Partitions { get; init; }

    /// <summary>Where the partition table was found.</summary>
    public required PartitionTableSource PartitionTableSource { get; init; }

    /// <summary>Why there is no partition table, as a sentence without its full stop; null where there is one.</summary>
    public required string? PartitionTableProblem { get; init; }

    /// <summary>The chip and the port.</summary>
    public override string ToString() => $"{Chip} at {Port}";
}
