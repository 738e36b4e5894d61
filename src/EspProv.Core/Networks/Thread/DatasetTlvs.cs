using System.Buffers.Binary;
using System.Globalization;
using EspProv.Wire;

namespace EspProv.Networks.Thread;

/// <summary>Checks a dataset's entries as OpenThread does, the Thread stack of every device (PROTOCOL.md §9).</summary>
internal static class DatasetTlvs
{
    /// <summary>A channel: its page, and its number in two bytes.</summary>
    public const int ChannelLength = 3;

    /// <summary>The mask of a channel page.</summary>
    public const int MaskLength = 4;

    /// <summary>A PAN ID.</summary>
    public const int PanIdLength = 2;

    /// <summary>A timestamp.</summary>
    public const int TimestampLength = 8;

    private const int SecurityPolicyLength = 3;
    private const int MeshLocalPrefixLength = 8;
    private const int DelayTimerLength = 4;
    private const byte ExtendedLength = 0xff;

    /// <summary>Finds the value of an entry.</summary>
    /// <param name="tlvs">Complete entries.</param>
    /// <param name="type">The entry's type.</param>
    /// <param name="value">Its value; empty if there is no such entry.</param>
    /// <returns>Whether the entry exists.</returns>
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
    /// The reason for which OpenThread refuses a dataset, as a sentence; null if it is valid. Unknown types are not checked, and an entry
    /// may be longer than specified: later versions may append to it.
    /// </summary>
    public static string? FindError(ReadOnlySpan<byte> tlvs)
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
            if (FindError(type, rest.Slice(2, rest[1])) is { } why)
                return why;
        }

        return null;
    }

    /// <summary>The reason for a wrong length.</summary>
    public static string WrongLength(DatasetEntry type, int length) => Invariant($"The dataset's {Name(type)} cannot have {length} bytes.");

    private static string? FindError(DatasetEntry type, ReadOnlySpan<byte> value)
    {
        bool isLongEnough = type switch
        {
            DatasetEntry.Channel or DatasetEntry.WakeUpChannel => value.Length >= ChannelLength,
            DatasetEntry.SecurityPolicy => value.Length >= SecurityPolicyLength,
            DatasetEntry.PanId => value.Length >= PanIdLength,
            DatasetEntry.ExtendedPanId => value.Length >= ProtocolLimits.ExtendedPanIdLength,
            DatasetEntry.MeshLocalPrefix => value.Length >= MeshLocalPrefixLength,
            DatasetEntry.Pskc => value.Length >= ProtocolLimits.PskcLength,
            DatasetEntry.NetworkKey => value.Length >= ProtocolLimits.NetworkKeyLength,
            DatasetEntry.ActiveTimestamp or DatasetEntry.PendingTimestamp => value.Length >= TimestampLength,
            DatasetEntry.DelayTimer => value.Length >= DelayTimerLength,
            DatasetEntry.ChannelMask => IsChannelMask(value),
            _ => true,
        };
        if (!isLongEnough)
            return WrongLength(type, value.Length);
        return type switch
        {
            DatasetEntry.Channel or DatasetEntry.WakeUpChannel => FindChannelError(type, value[..ChannelLength]),
            DatasetEntry.NetworkName when !IsName(value) => "The dataset's network name has control characters, or is not UTF-8.",
            _ => null,
        };
    }

    private static string? FindChannelError(DatasetEntry type, ReadOnlySpan<byte> value)
    {
        int channel = BinaryPrimitives.ReadUInt16BigEndian(value[1..]);
        return value[0] == 0 && channel is >= ProtocolLimits.FirstThreadChannel and <= ProtocolLimits.LastThreadChannel
            ? null
            : $"The dataset's {Name(type)} is from {ProtocolLimits.FirstThreadChannel} to {ProtocolLimits.LastThreadChannel} on page 0; "
                + Invariant($"this one is {channel} on page {value[0]}.");
    }

    // One or more of: page, length, mask. Only the mask of page 0 has a known length.
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

    // OpenThread's check: no ASCII control characters, and continuation bytes as each leading byte announces.
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
