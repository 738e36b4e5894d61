using Google.Protobuf;

namespace EspProv.Wire;

/// <summary>
/// A command of <c>prov-config</c> that holds a secret, written by hand into a pinned buffer that the caller zeroes: the generated class
/// would leave the secret in byte strings that cannot be zeroed. The buffer has the exact length, so that it is never copied.
/// </summary>
internal sealed class SecretMessage
{
    private int _at;

    /// <summary>Begins a message with an empty submessage.</summary>
    /// <param name="command">The command.</param>
    /// <param name="submessage">The number of the submessage's field.</param>
    /// <param name="length">The sum of the lengths of all fields that will be added to the submessage.</param>
    public SecretMessage(ConfigMessage command, int submessage, int length)
    {
        uint tag = BytesTag(submessage);
        Bytes = GC.AllocateArray<byte>(
            LengthOf(ConfigPayload.MsgFieldNumber, (uint)command) + SizeOf(tag) + SizeOf((uint)length) + length, pinned: true);
        Add(ConfigPayload.MsgFieldNumber, (uint)command);
        WriteVarint(tag);
        WriteVarint((uint)length);
    }

    /// <summary>The message; complete when all fields were added.</summary>
    public byte[] Bytes { get; }

    /// <summary>The length of a field of bytes, with its tag; an empty one is omitted.</summary>
    public static int LengthOf(int field, ReadOnlySpan<byte> value) =>
        value.IsEmpty ? 0 : SizeOf(BytesTag(field)) + SizeOf((uint)value.Length) + value.Length;

    /// <summary>The length of a field with a number, with its tag; 0 is omitted.</summary>
    public static int LengthOf(int field, uint value) => value == 0 ? 0 : SizeOf(VarintTag(field)) + SizeOf(value);

    /// <summary>Adds a field of bytes.</summary>
    public void Add(int field, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return;
        WriteVarint(BytesTag(field));
        WriteVarint((uint)value.Length);
        value.CopyTo(Bytes.AsSpan(_at));
        _at += value.Length;
    }

    /// <summary>Adds a field with a number.</summary>
    public void Add(int field, uint value)
    {
        if (value == 0)
            return;
        WriteVarint(VarintTag(field));
        WriteVarint(value);
    }

    private void WriteVarint(uint value)
    {
        for (; value > 0x7f; value >>= 7)
            Bytes[_at++] = (byte)(value | 0x80);
        Bytes[_at++] = (byte)value;
    }

    private static int SizeOf(uint varint) => CodedOutputStream.ComputeUInt32Size(varint);

    private static uint BytesTag(int field) => WireFormat.MakeTag(field, WireFormat.WireType.LengthDelimited);

    private static uint VarintTag(int field) => WireFormat.MakeTag(field, WireFormat.WireType.Varint);
}
