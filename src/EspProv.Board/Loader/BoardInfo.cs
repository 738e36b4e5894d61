using EspProv.Board.Partitions;
using EspProv.Devices;

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

    /// <summary>The chip's MAC address, which is that of its Wi-Fi station: <c>24:0A:C4:26:1F:CC</c>.</summary>
    public required string MacAddress { get; init; }

    /// <summary>The service name of the stock example: PROV_ and the last three bytes of the MAC address.</summary>
    public string ServiceName => ProvisioningDevice.StockNamePrefix + MacAddress[9..].Replace(":", "", StringComparison.Ordinal);

    /// <summary>
    /// The size of the flash in bytes: from the bootloader's header, or from its log if the header cannot be read; null if unknown.
    /// </summary>
    public required long? FlashSize { get; init; }

    /// <summary>Whether the chip only starts signed firmware; null if its ROM does not report it (ESP32).</summary>
    public required bool? HasSecureBoot { get; init; }

    /// <summary>The partitions; empty if no table was found.</summary>
    public required IReadOnlyList<BoardPartition> Partitions { get; init; }

    /// <summary>Where the partition table was found.</summary>
    public required PartitionTableSource PartitionTableSource { get; init; }

    /// <summary>Why there is no partition table, as a sentence without its full stop; null if there is one.</summary>
    public required string? PartitionTableProblem { get; init; }

    /// <summary>The chip and the port.</summary>
    public override string ToString() => $"{Chip} at {Port}";
}
