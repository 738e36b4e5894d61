using System.Buffers.Binary;
using System.Security.Cryptography;

namespace EspProv.Board.Partitions;

/// <summary>
/// A partition table as it is in flash (ESP-IDF, "Partition Tables"): entries of 32 bytes, and one with the MD5 of those before.
/// </summary>
internal static class PartitionTable
{
    /// <summary>Where it is if nobody moved it, in bytes.</summary>
    public const uint DefaultOffset = 0x8000;

    /// <summary>The most bytes that it has.</summary>
    public const int MaxLength = 0xC00;

    private const int EntryLength = 32;
    private const int LabelLength = 16;

    /// <summary>Reads a table.</summary>
    /// <returns>Its entries; null where there is none, or where it is damaged.</returns>
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

#pragma warning disable CA5351 // The format has this digest, against damage and not against attackers.
    private static bool IsDigestOf(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> before) => entry[16..].SequenceEqual(MD5.HashData(before));
#pragma warning restore CA5351
}
