using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EspProv.Devices;
using EspProv.Wire;

namespace EspProv.Networks.Thread;

/// <summary>
/// A Thread network's active operational dataset: type-length-value entries of at most 254 bytes, checked on construction. It holds the
/// network key: only the values with a property are not secret.
/// </summary>
public sealed class ThreadDataset : NetworkCredential
{
    private const int BroadcastPanId = 0xffff;

    private ThreadDataset(Secret tlvs) => Tlvs = tlvs;

    /// <inheritdoc/>
    public override ProvisioningNetwork Kind => ProvisioningNetwork.Thread;

    /// <summary>The encoded entries; owned by the dataset.</summary>
    public Secret Tlvs { get; }

    /// <summary>The network's name; null if absent.</summary>
    public string? NetworkName { get; private set; }

    /// <summary>The PAN ID, 0…65534; null if absent.</summary>
    public int? PanId { get; private set; }

    /// <summary>The extended PAN ID as lower-case hex; null if absent.</summary>
    public string? ExtendedPanId { get; private set; }

    /// <summary>The channel, 11…26; null if absent.</summary>
    public int? Channel { get; private set; }

    /// <summary>
    /// Whether an attached device is on this dataset's network. The extended PAN ID identifies a network; name, PAN ID and channel may
    /// change while it runs. A dataset may lack any of them.
    /// </summary>
    internal override bool IsNetworkOf(NetworkStatus status) => status is ThreadStatus thread && this switch
    {
        { ExtendedPanId: { } extendedPanId } => thread.ExtendedPanId == extendedPanId,
        { NetworkName: not null } => thread.NetworkName == UntrustedText.Show(NetworkName),
        { PanId: { } panId } => thread.PanId == panId,
        _ => true,
    };

    // The device attached with this dataset's key, which no status reports; other values may have changed since the dataset was made.
    internal override bool IsOutcome(NetworkStatus status) => true;

    internal override byte[] EncodeSet() => ThreadConfigCodec.EncodeSet(Tlvs.Bytes);

    /// <summary>The network's display name: its name, or another value of the dataset.</summary>
    internal override string DisplayName =>
        UntrustedText.Show(NetworkName)
            ?? ExtendedPanId
            ?? (PanId is { } panId ? string.Create(CultureInfo.InvariantCulture, $"0x{panId:x4}") : "Thread network");

    /// <summary>Creates a dataset from encoded entries, such as a border router exports.</summary>
    /// <param name="tlvs">1…254 bytes; the caller zeroes them.</param>
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

    /// <summary>
    /// Creates a dataset from ASCII hexadecimal digits, as <c>ot-ctl dataset active -x</c> prints them; surrounding white space is ignored.
    /// </summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidThreadDataset"/>.</exception>
    public static ThreadDataset ParseHex(Secret digits)
    {
        ArgumentNullException.ThrowIfNull(digits);
        using Secret tlvs = FromHex(digits, "A dataset");
        return Parse(tlvs.Bytes);
    }

    /// <summary>Creates a dataset from single values.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.InvalidThreadDataset"/>, naming the value that is out of range.
    /// </exception>
    public static ThreadDataset Create(ThreadDatasetValues values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Require(
            values.NetworkKey.Length == ProtocolLimits.NetworkKeyLength,
            $"A network key has {ProtocolLimits.NetworkKeyLength} bytes; this one has {values.NetworkKey.Length}.");
        Require(values.Pskc is null or { Length: ProtocolLimits.PskcLength }, $"A PSKc has {ProtocolLimits.PskcLength} bytes.");
        Require(values.PanId is >= 0 and <= ushort.MaxValue, "A PAN ID is a number from 0x0000 to 0xfffe.");
        Require(
            values.ChannelMask.All(channel => channel is >= ProtocolLimits.FirstThreadChannel and <= ProtocolLimits.LastThreadChannel),
            $"The channels of a channel mask are from {ProtocolLimits.FirstThreadChannel} to {ProtocolLimits.LastThreadChannel}.");
        Require(
            values.ActiveTimestamp is null or >= 0 and < 1L << 48,
            "An active timestamp is a number of seconds below 2 to the power of 48.");

        byte[] buffer = GC.AllocateArray<byte>(ProtocolLimits.MaxDatasetLength, pinned: true);
        try
        {
            var writer = new TlvWriter(buffer);
            if (values.ActiveTimestamp is { } timestamp)
            {
                BinaryPrimitives.WriteInt64BigEndian(
                    writer.Add(DatasetEntry.ActiveTimestamp, DatasetTlvs.TimestampLength), timestamp << 16);
            }

            Require(
                values.Channel is >= ProtocolLimits.FirstThreadChannel and <= ProtocolLimits.LastThreadChannel,
                $"A Thread channel is from {ProtocolLimits.FirstThreadChannel} to {ProtocolLimits.LastThreadChannel}; this one is "
                + $"{values.Channel}.");
            BinaryPrimitives.WriteUInt16BigEndian(writer.Add(DatasetEntry.Channel, DatasetTlvs.ChannelLength)[1..], (ushort)values.Channel);
            if (values.ChannelMask.Count > 0)
                WriteChannelMask(writer.Add(DatasetEntry.ChannelMask, 2 + DatasetTlvs.MaskLength), values.ChannelMask);
            Require(
                values.ExtendedPanId.Length == ProtocolLimits.ExtendedPanIdLength,
                $"An extended PAN ID has {ProtocolLimits.ExtendedPanIdLength} bytes; this one has {values.ExtendedPanId.Length}.");
            values.ExtendedPanId.Span.CopyTo(writer.Add(DatasetEntry.ExtendedPanId, ProtocolLimits.ExtendedPanIdLength));
            values.NetworkKey.Bytes.CopyTo(writer.Add(DatasetEntry.NetworkKey, ProtocolLimits.NetworkKeyLength));
            if (values.NetworkName is { Length: > 0 } name)
            {
                int length = Encoding.UTF8.GetByteCount(name);
                Require(
                    length <= ProtocolLimits.MaxThreadNameLength,
                    $"A network name has 1 to {ProtocolLimits.MaxThreadNameLength} bytes in UTF-8; this one has {length}.");
                Encoding.UTF8.GetBytes(name, writer.Add(DatasetEntry.NetworkName, length));
            }

            BinaryPrimitives.WriteUInt16BigEndian(writer.Add(DatasetEntry.PanId, DatasetTlvs.PanIdLength), (ushort)values.PanId);
            values.Pskc?.Bytes.CopyTo(writer.Add(DatasetEntry.Pskc, ProtocolLimits.PskcLength));
            return Parse(buffer.AsSpan(0, writer.Length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>Secret bytes from hexadecimal digits in ASCII.</summary>
    /// <param name="digits">The digits; owned by the caller.</param>
    /// <param name="what">The name of the value, to begin a sentence with: "A network key".</param>
    /// <param name="length">The required number of bytes; null for any.</param>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidThreadDataset"/>.</exception>
    public static Secret FromHex(Secret digits, string what, int? length = null)
    {
        ArgumentNullException.ThrowIfNull(digits);
        ReadOnlySpan<byte> text = digits.Bytes.Trim(" \t\r\n"u8);
        byte[] bytes = GC.AllocateArray<byte>(text.Length / 2, pinned: true);
        try
        {
            bool isHex = length is { } count ? text.Length == 2 * count : text.Length % 2 == 0;
            for (int i = 0; isHex && i < bytes.Length; i++)
            {
                int high = HexDigit(text[2 * i]), low = HexDigit(text[(2 * i) + 1]);
                isHex = high >= 0 && low >= 0;
                bytes[i] = (byte)((high << 4) | low);
            }

            Require(isHex, $"{what} is given as {(length is { } bytesOf ? $"{2 * bytesOf}" : "an even number of")} hexadecimal digits.");
            return new Secret(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Zeroes the entries.</summary>
    public override void Dispose() => Tlvs.Dispose();

    /// <summary>The network's name; never the key.</summary>
    public override string ToString() => UntrustedText.Show(NetworkName) ?? "Thread dataset";

    private static int HexDigit(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };

    // Channel page 0, then a mask of four bytes with channel 0 as the highest bit.
    private static void WriteChannelMask(Span<byte> output, IEnumerable<int> channels)
    {
        output[1] = DatasetTlvs.MaskLength;
        BinaryPrimitives.WriteUInt32BigEndian(output[2..], channels.Aggregate(0u, (mask, channel) => mask | (0x80000000u >> channel)));
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ProvisioningException(ProvisioningErrorReason.InvalidThreadDataset, message);
    }

    // OpenThread's checks, and values that it accepts but that cannot be intended.
    private void Check()
    {
        ReadOnlySpan<byte> tlvs = Tlvs.Bytes;
        Require(
            tlvs.Length is > 0 and <= ProtocolLimits.MaxDatasetLength,
            $"A dataset has 1 to {ProtocolLimits.MaxDatasetLength} bytes; this one has {tlvs.Length}.");
        string? refused = DatasetTlvs.FindError(tlvs);
        Require(refused is null, refused!);

        if (DatasetTlvs.TryFind(tlvs, DatasetEntry.Channel, out ReadOnlySpan<byte> channel))
            Channel = BinaryPrimitives.ReadUInt16BigEndian(channel[1..]);
        if (DatasetTlvs.TryFind(tlvs, DatasetEntry.PanId, out ReadOnlySpan<byte> panId))
            PanId = BinaryPrimitives.ReadUInt16BigEndian(panId);
        if (DatasetTlvs.TryFind(tlvs, DatasetEntry.ExtendedPanId, out ReadOnlySpan<byte> extendedPanId))
            ExtendedPanId = Convert.ToHexString(extendedPanId[..ProtocolLimits.ExtendedPanIdLength]).ToLowerInvariant();
        if (DatasetTlvs.TryFind(tlvs, DatasetEntry.NetworkName, out ReadOnlySpan<byte> name) && !name.IsEmpty)
        {
            Require(name.Length <= ProtocolLimits.MaxThreadNameLength, DatasetTlvs.WrongLength(DatasetEntry.NetworkName, name.Length));
            NetworkName = DecodeName(name);
        }

        Require(PanId != BroadcastPanId, "The PAN ID 0xffff stands for all networks and cannot be a network's own.");
        Require(
            DatasetTlvs.TryFind(tlvs, DatasetEntry.NetworkKey, out _),
            "The dataset has no network key, and without one a device cannot attach.");
        Require(
            !DatasetTlvs.TryFind(tlvs, DatasetEntry.PendingTimestamp, out _) && !DatasetTlvs.TryFind(tlvs, DatasetEntry.DelayTimer, out _),
            "This is a pending dataset, for a change in the future; a device is given the network's active dataset.");
    }

    private static string DecodeName(ReadOnlySpan<byte> value)
    {
        try
        {
            return StrictUtf8.Encoding.GetString(value);
        }
        catch (DecoderFallbackException exception)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidThreadDataset, "The dataset's network name is not UTF-8.", exception);
        }
    }

    private ref struct TlvWriter(Span<byte> buffer)
    {
        private readonly Span<byte> _buffer = buffer;

        public int Length { get; private set; }

        /// <summary>The zeroed space of an entry's value.</summary>
        public Span<byte> Add(DatasetEntry type, int length)
        {
            _buffer[Length] = (byte)type;
            _buffer[Length + 1] = (byte)length;
            Span<byte> value = _buffer.Slice(Length + 2, length);
            Length += 2 + length;
            return value;
        }
    }
}
