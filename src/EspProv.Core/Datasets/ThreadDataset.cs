using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EspProv.Datasets;

/// <summary>
/// A Thread network's active operational dataset: type-length-value entries of at most 254 bytes, checked when it is made,
/// before anything is sent. It holds the network key, so that all of it is secret but the few values that have a property.
/// </summary>
public sealed class ThreadDataset : IDisposable
{
    /// <summary>The most that a device takes, in bytes (PROTOCOL.md §9).</summary>
    public const int MaxLength = 254;

    /// <summary>The first channel of the 2.4 GHz band of IEEE 802.15.4.</summary>
    public const int FirstChannel = 11;

    /// <summary>The last channel of the 2.4 GHz band of IEEE 802.15.4.</summary>
    public const int LastChannel = 26;

    private const int NetworkKeyLength = 16;
    private const int ExtendedPanIdLength = 8;
    private const int PskcLength = 16;
    private const int MaxNetworkNameLength = 16;
    private const int TimestampLength = 8;
    private const int BroadcastPanId = 0xffff;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ThreadDataset(Secret tlvs) => Tlvs = tlvs;

    /// <summary>The types of entries that a dataset can have, as the Thread specification numbers them.</summary>
    private enum Entry : byte
    {
        Channel = 0,
        PanId = 1,
        ExtendedPanId = 2,
        NetworkName = 3,
        Pskc = 4,
        NetworkKey = 5,
        MeshLocalPrefix = 7,
        SecurityPolicy = 12,
        ActiveTimestamp = 14,
        PendingTimestamp = 51,
        DelayTimer = 52,
        ChannelMask = 53,
    }

    /// <summary>The entries as they are sent; owned by the dataset.</summary>
    public Secret Tlvs { get; }

    /// <summary>The network's name; null when the dataset has none.</summary>
    public string? NetworkName { get; private set; }

    /// <summary>The PAN ID, 0…65534; null when the dataset has none.</summary>
    public int? PanId { get; private set; }

    /// <summary>The extended PAN ID as lower-case hex; null when the dataset has none.</summary>
    public string? ExtendedPanId { get; private set; }

    /// <summary>The channel, 11…26; null when the dataset has none.</summary>
    public int? Channel { get; private set; }

    /// <summary>Checks entries that exist already, such as those that a border router exports.</summary>
    /// <param name="tlvs">1…254 bytes; stay the caller's, who zeroes them.</param>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidThreadDataset"/>.</exception>
    public static ThreadDataset Parse(ReadOnlySpan<byte> tlvs)
    {
        var dataset = new ThreadDataset(new Secret(tlvs));
        try
        {
            dataset.Check();
            return dataset;
        }
        catch
        {
            dataset.Dispose();
            throw;
        }
    }

    /// <summary>The same from hexadecimal digits in ASCII, as <c>ot-ctl dataset active -x</c> prints them; white space around them does not matter.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidThreadDataset"/>.</exception>
    public static ThreadDataset ParseHex(Secret digits)
    {
        ArgumentNullException.ThrowIfNull(digits);
        using Secret tlvs = FromHex(digits, "A dataset");
        return Parse(tlvs.Bytes);
    }

    /// <summary>Makes a dataset from the values that a device needs to attach, and those that it is good to have.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidThreadDataset"/>, naming the value that is out of its limits.</exception>
    public static ThreadDataset Create(ThreadDatasetValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Require(values.NetworkKey.Length == NetworkKeyLength, $"A network key has {NetworkKeyLength} bytes; this one has {values.NetworkKey.Length}.");
        Require(values.Pskc is null or { Length: PskcLength }, $"A PSKc has {PskcLength} bytes.");
        Require(values.PanId is >= 0 and <= ushort.MaxValue, "A PAN ID is a number from 0x0000 to 0xfffe.");
        Require(values.ChannelMask.All(channel => channel is >= FirstChannel and <= LastChannel), $"The channels of a channel mask are from {FirstChannel} to {LastChannel}.");
        Require(values.ActiveTimestamp is null or >= 0 and < 1L << 48, "An active timestamp is a number of seconds below 2 to the power of 48.");

        byte[] buffer = GC.AllocateArray<byte>(MaxLength, pinned: true);
        try
        {
            var writer = new TlvWriter(buffer);
            if (values.ActiveTimestamp is { } timestamp)
                BinaryPrimitives.WriteInt64BigEndian(writer.Add(Entry.ActiveTimestamp, TimestampLength), timestamp << 16);
            Require(values.Channel is >= FirstChannel and <= LastChannel, $"A Thread channel is from {FirstChannel} to {LastChannel}; this one is {values.Channel}.");
            BinaryPrimitives.WriteUInt16BigEndian(writer.Add(Entry.Channel, 3)[1..], (ushort)values.Channel);
            if (values.ChannelMask.Count > 0)
                WriteChannelMask(writer.Add(Entry.ChannelMask, 6), values.ChannelMask);
            Require(values.ExtendedPanId.Length == ExtendedPanIdLength, $"An extended PAN ID has {ExtendedPanIdLength} bytes; this one has {values.ExtendedPanId.Length}.");
            values.ExtendedPanId.Span.CopyTo(writer.Add(Entry.ExtendedPanId, ExtendedPanIdLength));
            values.NetworkKey.Bytes.CopyTo(writer.Add(Entry.NetworkKey, NetworkKeyLength));
            if (values.NetworkName is { Length: > 0 } name)
            {
                int length = Encoding.UTF8.GetByteCount(name);
                Require(length <= MaxNetworkNameLength, $"A network name has 1 to {MaxNetworkNameLength} bytes in UTF-8; this one has {length}.");
                Encoding.UTF8.GetBytes(name, writer.Add(Entry.NetworkName, length));
            }

            BinaryPrimitives.WriteUInt16BigEndian(writer.Add(Entry.PanId, 2), (ushort)values.PanId);
            values.Pskc?.Bytes.CopyTo(writer.Add(Entry.Pskc, PskcLength));
            return Parse(buffer.AsSpan(0, writer.Length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>Secret bytes from hexadecimal digits in ASCII.</summary>
    /// <param name="digits">The digits; stay the caller's.</param>
    /// <param name="what">What they are, at the beginning of a sentence: "A network key".</param>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidThreadDataset"/>.</exception>
    public static Secret FromHex(Secret digits, string what)
    {
        ArgumentNullException.ThrowIfNull(digits);
        ReadOnlySpan<byte> text = digits.Bytes.Trim(" \t\r\n"u8);
        byte[] bytes = GC.AllocateArray<byte>(text.Length / 2, pinned: true);
        try
        {
            bool isHex = text.Length % 2 == 0;
            for (int i = 0; isHex && i < bytes.Length; i++)
            {
                int high = HexDigit(text[2 * i]), low = HexDigit(text[(2 * i) + 1]);
                isHex = high >= 0 && low >= 0;
                bytes[i] = (byte)((high << 4) | low);
            }

            Require(isHex, $"{what} is given as an even number of hexadecimal digits.");
            return new Secret(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Zeroes the entries.</summary>
    public void Dispose() => Tlvs.Dispose();

    /// <summary>The network's name; never the key.</summary>
    public override string ToString() => NetworkName ?? "Thread dataset";

    private static int HexDigit(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    // Channel page 0, four bytes of mask, and in them channel 0 as the highest bit.
    private static void WriteChannelMask(Span<byte> output, IEnumerable<int> channels)
    {
        output[1] = 4;
        BinaryPrimitives.WriteUInt32BigEndian(output[2..], channels.Aggregate(0u, (mask, channel) => mask | (0x80000000u >> channel)));
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ProvisioningException(ProvisioningErrorReason.InvalidThreadDataset, message);
    }

    private void Check()
    {
        ReadOnlySpan<byte> rest = Tlvs.Bytes;
        Require(rest.Length is > 0 and <= MaxLength, $"A dataset has 1 to {MaxLength} bytes; this one has {rest.Length}.");
        var seen = new HashSet<Entry>();
        while (rest.Length > 0)
        {
            int offset = Tlvs.Length - rest.Length;
            Require(rest.Length >= 2 && rest.Length >= 2 + rest[1], Invariant($"The dataset is cut short: its entry at byte {offset} is longer than what is left."));
            var type = (Entry)rest[0];
            ReadOnlySpan<byte> value = rest.Slice(2, rest[1]);
            Require(seen.Add(type), $"The dataset has the entry {Name(type)} twice.");
            CheckEntry(type, value);
            rest = rest[(2 + value.Length)..];
        }

        Require(seen.Contains(Entry.NetworkKey), "The dataset has no network key, and without one a device cannot attach.");
        Require(
            !seen.Contains(Entry.PendingTimestamp) && !seen.Contains(Entry.DelayTimer),
            "This is a pending dataset, for a change in the future; a device is given the network's active dataset.");
    }

    private void CheckEntry(Entry type, ReadOnlySpan<byte> value)
    {
        // Types that are not known here are the network's own business: firmware takes them, and so they pass.
        bool isOfItsLength = type switch
        {
            Entry.Channel => value.Length == 3,
            Entry.PanId => value.Length == 2,
            Entry.ExtendedPanId or Entry.MeshLocalPrefix => value.Length == 8,
            Entry.NetworkName => value.Length is >= 1 and <= MaxNetworkNameLength,
            Entry.Pskc => value.Length == PskcLength,
            Entry.NetworkKey => value.Length == NetworkKeyLength,
            Entry.SecurityPolicy => value.Length >= 3,
            Entry.ActiveTimestamp or Entry.PendingTimestamp => value.Length == TimestampLength,
            Entry.DelayTimer => value.Length == 4,
            Entry.ChannelMask => IsChannelMask(value),
            _ => true,
        };
        Require(isOfItsLength, Invariant($"The dataset's {Name(type)} cannot have {value.Length} bytes."));
        switch (type)
        {
            case Entry.Channel:
                Channel = BinaryPrimitives.ReadUInt16BigEndian(value[1..]);
                Require(
                    value[0] == 0 && Channel is >= FirstChannel and <= LastChannel,
                    Invariant($"The dataset's channel is from {FirstChannel} to {LastChannel} on page 0; this one is {Channel} on page {value[0]}."));
                break;
            case Entry.PanId:
                PanId = BinaryPrimitives.ReadUInt16BigEndian(value);
                Require(PanId != BroadcastPanId, "The PAN ID 0xffff stands for all networks and cannot be a network's own.");
                break;
            case Entry.ExtendedPanId:
                ExtendedPanId = Convert.ToHexString(value).ToLowerInvariant();
                break;
            case Entry.NetworkName:
                NetworkName = DecodeName(value);
                break;
        }
    }

    // One or more of: page, length, mask.
    private static bool IsChannelMask(ReadOnlySpan<byte> value)
    {
        bool any = false;
        while (value.Length >= 2 && value[1] > 0 && value.Length >= 2 + value[1])
        {
            value = value[(2 + value[1])..];
            any = true;
        }

        return any && value.IsEmpty;
    }

    private static string DecodeName(ReadOnlySpan<byte> value)
    {
        try
        {
            return StrictUtf8.GetString(value);
        }
        catch (DecoderFallbackException e)
        {
            throw new ProvisioningException(ProvisioningErrorReason.InvalidThreadDataset, "The dataset's network name is not UTF-8.", e);
        }
    }

    private static string Name(Entry type) => type switch
    {
        Entry.Channel => "channel",
        Entry.PanId => "PAN ID",
        Entry.ExtendedPanId => "extended PAN ID",
        Entry.NetworkName => "network name",
        Entry.Pskc => "PSKc",
        Entry.NetworkKey => "network key",
        Entry.MeshLocalPrefix => "mesh-local prefix",
        Entry.SecurityPolicy => "security policy",
        Entry.ActiveTimestamp => "active timestamp",
        Entry.PendingTimestamp => "pending timestamp",
        Entry.DelayTimer => "delay timer",
        Entry.ChannelMask => "channel mask",
        _ => Invariant($"of type {(byte)type}"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private ref struct TlvWriter(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;

        public int Length { get; private set; }

        /// <summary>The room for an entry's value, all zeros.</summary>
        public Span<byte> Add(Entry type, int length)
        {
            _buffer[Length] = (byte)type;
            _buffer[Length + 1] = (byte)length;
            Span<byte> value = _buffer.Slice(Length + 2, length);
            Length += 2 + length;
            return value;
        }
    }
}
