using System.Buffers.Binary;
using System.Globalization;
using EspProv.Wire;

namespace EspProv.Networks.Thread;

/// <summary>A dataset's entries on the wire, and which of them OpenThread takes: the stack in every device that there is (PROTOCOL.md §9).</summary>
internal static class DatasetTlvs
{
    private const int ChannelLength = 3;
    private const int MaskLength = 4;
    private const byte ExtendedLength = 0xff;

    /// <summary>The value of an entry.</summary>
    /// <param name="tlvs">Entries that are whole.</param>
    /// <param name="type">The entry's type.</param>
    /// <param name="value">Its value; empty when there is none, and also when there is one and it is empty.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryFind(ReadOnlySpan<byte> tlvs, DatasetEntry type, out ReadOnlySpan<byte> value)
    {
        while (!tlvs.IsEmpty)
        {
            value = tlvs.Slice(2, tlvs[1]);
            if (tlvs[0] == (byte)type)
                return true;
            tlvs = tlvs[(2 + value.Length)..];
        }

        value = default;
        return false;
    }

    /// <summary>
    /// Why OpenThread refuses a dataset, as a sentence; null when it takes it. Types that are not known here are the network's own
    /// business. An entry may be longer than it is today: what a later version adds to it is passed over.
    /// </summary>
    public static string? WhyRefused(ReadOnlySpan<byte> tlvs)
    {
        var seen = new HashSet<DatasetEntry>();
        for (int offset = 0; offset < tlvs.Length; offset += 2 + tlvs[offset + 1])
        {
            ReadOnlySpan<byte> rest = tlvs[offset..];
            if (rest.Length < 2 || rest[1] == ExtendedLength || rest.Length < 2 + rest[1])
                return Invariant($"The dataset is cut short: its entry at byte {offset} is longer than what is left.");
            var type = (DatasetEntry)rest[0];
            if (!seen.Add(type))
                return $"The dataset has the entry {Name(type)} twice.";
            if (WhyRefused(type, rest.Slice(2, rest[1])) is { } why)
                return why;
        }

        return null;
    }

    /// <summary>An entry's length, as the reason for which a dataset is refused.</summary>
    public static string WrongLength(DatasetEntry type, int length) => Invariant($"The dataset's {Name(type)} cannot have {length} bytes.");

    private static string? WhyRefused(DatasetEntry type, ReadOnlySpan<byte> value)
    {
        bool isLongEnough = type switch
        {
            DatasetEntry.Channel or DatasetEntry.WakeUpChannel or DatasetEntry.SecurityPolicy => value.Length >= 3,
            DatasetEntry.PanId => value.Length >= 2,
            DatasetEntry.ExtendedPanId or DatasetEntry.MeshLocalPrefix => value.Length >= 8,
            DatasetEntry.Pskc or DatasetEntry.NetworkKey => value.Length >= 16,
            DatasetEntry.ActiveTimestamp or DatasetEntry.PendingTimestamp => value.Length >= 8,
            DatasetEntry.DelayTimer => value.Length >= 4,
            DatasetEntry.ChannelMask => IsChannelMask(value),
            _ => true,
        };
        if (!isLongEnough)
            return WrongLength(type, value.Length);
        return type switch
        {
            DatasetEntry.Channel or DatasetEntry.WakeUpChannel => WhyNoChannel(type, value[..ChannelLength]),
            DatasetEntry.NetworkName when !IsName(value) => "The dataset's network name has control characters, or is not UTF-8.",
            _ => null,
        };
    }

    private static string? WhyNoChannel(DatasetEntry type, ReadOnlySpan<byte> value)
    {
        int channel = BinaryPrimitives.ReadUInt16BigEndian(value[1..]);
        return value[0] == 0 && channel is >= ProtocolLimits.FirstThreadChannel and <= ProtocolLimits.LastThreadChannel
            ? null
            : Invariant($"The dataset's {Name(type)} is from {ProtocolLimits.FirstThreadChannel} to {ProtocolLimits.LastThreadChannel} on page 0; this one is {channel} on page {value[0]}.");
    }

    // One or more of: page, length, mask. Only page 0 has a mask of a known length.
    private static bool IsChannelMask(ReadOnlySpan<byte> value)
    {
        bool any = false;
        while (value.Length >= 2 && value.Length >= 2 + value[1] && (value[0] != 0 || value[1] == MaskLength))
        {
            value = value[(2 + value[1])..];
            any = true;
        }

        return any && value.IsEmpty;
    }

    // Its own idea of UTF-8: no control characters in ASCII, and after each leading byte the continuation that it announces.
    private static bool IsName(ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < value.Length; i++)
        {
            int continuation = value[i] switch
            {
                >= 0x20 and < 0x7f => 0,
                >= 0xc0 and < 0xe0 => 1,
                >= 0xe0 and < 0xf0 => 2,
                >= 0xf0 and < 0xf8 => 3,
                _ => -1,
            };
            if (continuation < 0)
                return false;
            while (continuation-- > 0)
            {
                if (++i >= value.Length || value[i] is < 0x80 or >= 0xc0)
                    return false;
            }
        }

        return true;
    }

    private static string Name(DatasetEntry type) => type switch
    {
        DatasetEntry.Channel => "channel",
        DatasetEntry.PanId => "PAN ID",
        DatasetEntry.ExtendedPanId => "extended PAN ID",
        DatasetEntry.NetworkName => "network name",
        DatasetEntry.Pskc => "PSKc",
        DatasetEntry.NetworkKey => "network key",
        DatasetEntry.MeshLocalPrefix => "mesh-local prefix",
        DatasetEntry.SecurityPolicy => "security policy",
        DatasetEntry.ActiveTimestamp => "active timestamp",
        DatasetEntry.PendingTimestamp => "pending timestamp",
        DatasetEntry.DelayTimer => "delay timer",
        DatasetEntry.ChannelMask => "channel mask",
        DatasetEntry.WakeUpChannel => "wake-up channel",
        _ => Invariant($"of type {(byte)type}"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
