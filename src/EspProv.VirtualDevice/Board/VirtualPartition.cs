using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EspProv.Virtual.Board;

/// <summary>A partition of a virtual board's flash.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Usage">What the bootloader prints for its type.</param>
/// <param name="Type">0 for an application, 1 for data.</param>
/// <param name="SubType">Of the data type: 1 for RF data, 2 for NVS.</param>
/// <param name="Offset">The offset, in bytes.</param>
/// <param name="Length">The length, in bytes.</param>
internal sealed record VirtualPartition(string Label, string Usage, byte Type, byte SubType, int Offset, int Length)
{
    private const int EntryLength = 32;
    private const int LabelLength = 16;
    private const int TableLength = 0xC00;

    /// <summary>The partition with the credentials.</summary>
    public static VirtualPartition Nvs { get; } = new("nvs", "WiFi data", 1, 2, 0x9000, 0x6000);

    /// <summary>The application.</summary>
    public static VirtualPartition Factory { get; } = new("factory", "factory app", 0, 0, 0x10000, 0x100000);

    /// <summary>The vendor's default table for one application.</summary>
    public static IReadOnlyList<VirtualPartition> All { get; } =
        [Nvs, new("phy_init", "RF data", 1, 1, 0xF000, 0x1000), Factory];

    /// <summary>Returns the table as stored in flash: the entries, their MD5, and erased bytes.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The table's format has this digest.")]
    public static byte[] MakeTable()
    {
        byte[] table = new byte[TableLength];
        table.AsSpan().Fill(0xFF);
        int length = 0;
        foreach (VirtualPartition partition in All)
        {
            partition.Write(table.AsSpan(length, EntryLength));
            length += EntryLength;
        }

        Span<byte> end = table.AsSpan(length, EntryLength);
        end[..2].Fill(0xEB);
        MD5.HashData(table.AsSpan(0, length), end[16..]);
        return table;
    }

    private void Write(Span<byte> entry)
    {
        entry.Clear();
        (entry[0], entry[1], entry[2], entry[3]) = (0xAA, 0x50, Type, SubType);
        BinaryPrimitives.WriteInt32LittleEndian(entry[4..], Offset);
        BinaryPrimitives.WriteInt32LittleEndian(entry[8..], Length);
        Encoding.ASCII.GetBytes(Label, entry.Slice(12, LabelLength));
    }
}
