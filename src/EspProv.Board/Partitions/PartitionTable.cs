using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EspProv.Board.Partitions;

/// <summary>
/// A partition table as stored in flash (ESP-IDF, "Partition Tables"): entries of 32 bytes, and one with the MD5 of the entries before it.
/// </summary>
internal static class PartitionTable
{
    /// <summary>The default offset in flash, in bytes.</summary>
    public const uint DefaultOffset = 0x8000;

    /// <summary>The maximum length, in bytes.</summary>
    public const int MaxLength = 0xC00;

    private const int EntryLength = 32;
    private const int LabelLength = 16;
    private const int MaxPartitions = (MaxLength / EntryLength) - 1;
    private const uint DataAlignment = 0x1000;
    private const uint ApplicationAlignment = 0x10000;

    /// <summary>Parses a table.</summary>
    /// <returns>Its entries; null if there is none, or if it is damaged.</returns>
    public static IReadOnlyList<BoardPartition>? Parse(ReadOnlySpan<byte> flash)
    {
        List<BoardPartition> partitions = [];
        for (int at = 0; at + EntryLength <= flash.Length; at += EntryLength)
        {
            ReadOnlySpan<byte> entry = flash.Slice(at, EntryLength);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(entry))
            {
                case 0x50AA:
                    partitions.Add(ParseEntry(entry));
                    break;
                case 0xEBEB when !IsDigestOf(entry, flash[..at]):
                    return null;
                case 0xEBEB:
                    break;
                case 0xFFFF:
                    return partitions.Count > 0 ? partitions : null;
                default:
                    return null;
            }
        }

        return partitions.Count > 0 ? partitions : null;
    }

    /// <summary>Finds an error that the table of a working board cannot have.</summary>
    /// <param name="partitions">Its entries.</param>
    /// <param name="lowest">The lowest offset of a partition, after bootloader and table, in bytes.</param>
    /// <param name="flashSize">The size of the flash, in bytes.</param>
    /// <returns>The error, as a sentence without its full stop; null for none.</returns>
    public static string? FindProblem(IReadOnlyList<BoardPartition> partitions, uint lowest, uint flashSize)
    {
        if (partitions.Count > MaxPartitions)
            return "It has too many entries";
        if (!partitions.Any(partition => partition.IsApplication))
            return "It has no application";
        BoardPartition? previous = null;
        foreach (BoardPartition next in partitions.OrderBy(partition => partition.Offset))
        {
            string? problem =
                next.Offset % (next.IsApplication ? ApplicationAlignment : DataAlignment) != 0 ? "does not begin where one can"
                : next.Offset < lowest && !next.IsBootPart ? "begins where bootloader and table are"
                : (ulong)next.Offset + next.Size > flashSize ? "does not end within the flash"
                : previous is not null && (ulong)previous.Offset + previous.Size > next.Offset ? $"overlaps {previous}"
                : null;
            if (problem is not null)
                return $"{next} {problem}";
            previous = next;
        }

        return null;
    }

    private static BoardPartition ParseEntry(ReadOnlySpan<byte> entry)
    {
        ReadOnlySpan<byte> label = entry.Slice(12, LabelLength);
        int end = label.IndexOf((byte)0);
        return new BoardPartition
        {
            Label = UntrustedText.Show(end < 0 ? label : label[..end]),
            Type = entry[2],
            SubType = entry[3],
            Offset = BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]),
            Size = BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]),
        };
    }

#pragma warning disable CA5351 // The format has this digest. It detects damage, not attacks.
    private static bool IsDigestOf(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> before) => entry[16..].SequenceEqual(MD5.HashData(before));
#pragma warning restore CA5351
}
