using System.Globalization;

namespace EspProv.Board.Partitions;

/// <summary>An entry of a board's partition table.</summary>
public sealed class BoardPartition
{
    /// <summary>The label as text to show; up to 16 bytes.</summary>
    public required string Label { get; init; }

    /// <summary>Its type: 0 for an application, 1 for data.</summary>
    public required byte Type { get; init; }

    /// <summary>Its subtype; of the data type, 2 is NVS.</summary>
    public required byte SubType { get; init; }

    /// <summary>The offset in flash, in bytes.</summary>
    public required uint Offset { get; init; }

    /// <summary>The size, in bytes.</summary>
    public required uint Size { get; init; }

    /// <summary>Whether it is an NVS (key-value) partition, where stock firmware stores the Wi-Fi credentials.</summary>
    public bool IsNvs => Type == 1 && SubType == 2;

    /// <summary>Whether it holds an application.</summary>
    internal bool IsApplication => Type == 0;

    /// <summary>Whether it is the entry of the bootloader or of the table itself, which ESP-IDF 6 lists too.</summary>
    internal bool IsBootPart => Type is 2 or 3;

    /// <summary>Whether it overlaps a range.</summary>
    internal bool Overlaps(uint offset, uint size) => (ulong)Offset + Size > offset && (ulong)offset + size > Offset;

    /// <summary>The label and the range, as the vendor's tools take it: <c>nvs 0x9000 0x6000</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Label} 0x{Offset:x} 0x{Size:x}");
}
