using Google.Protobuf;

namespace EspProv.Wire;

/// <summary>
/// Thread commands of <c>prov-config</c> and their replies. Commands carry their submessage even when it is empty (PROTOCOL.md §3).
/// </summary>
internal static class ThreadConfigCodec
{
    /// <summary>
    /// SetThreadConfig, written by hand into a pinned buffer that the caller zeroes: the generated class would leave the network key in
    /// byte strings that cannot be zeroed.
    /// </summary>
    /// <param name="dataset">The dataset's TLVs, 1…254 bytes.</param>
    public static byte[] EncodeSet(ReadOnlySpan<byte> dataset)
    {
        int commandLength = 1 + CodedOutputStream.ComputeLengthSize(dataset.Length) + dataset.Length;
        int headLength = Tag(ConfigPayload.SetThreadConfigCmdFieldNumber, WireFormat.WireType.LengthDelimited, []);
        byte[] message = GC.AllocateArray<byte>(
            2 + headLength + CodedOutputStream.ComputeLengthSize(commandLength) + commandLength, pinned: true);
        Span<byte> rest = message;
        rest = rest[Tag(ConfigPayload.MsgFieldNumber, WireFormat.WireType.Varint, rest)..];
        rest[0] = (byte)ConfigMessage.ConfigSetThreadConfigCmd;
        rest = rest[1..];
        rest = rest[Tag(ConfigPayload.SetThreadConfigCmdFieldNumber, WireFormat.WireType.LengthDelimited, rest)..];
        rest = rest[Varint((uint)commandLength, rest)..];
        rest = rest[Tag(SetThreadConfigCmd.DatasetFieldNumber, WireFormat.WireType.LengthDelimited, rest)..];
        rest = rest[Varint((uint)dataset.Length, rest)..];
        dataset.CopyTo(rest);
        return message;
    }

    /// <summary>ApplyThreadConfig.</summary>
    public static byte[] EncodeApply() =>
        new ConfigPayload { Msg = ConfigMessage.ConfigApplyThreadConfigCmd, ApplyThreadConfigCmd = new ApplyConfigCmd() }.ToByteArray();

    /// <summary>GetThreadStatus.</summary>
    public static byte[] EncodeGetStatus() =>
        new ConfigPayload { Msg = ConfigMessage.ConfigGetThreadStatusCmd, GetThreadStatusCmd = new GetThreadStatusCmd() }.ToByteArray();

    /// <summary>The status in the reply to SetThreadConfig.</summary>
    public static Status ParseSetReply(byte[] reply) =>
        Reply.Require(
            Parse(reply, ConfigMessage.ConfigSetThreadConfigResp).SetThreadConfigResp, "set response", EndpointNames.Config).Status;

    /// <summary>The status in the reply to ApplyThreadConfig.</summary>
    public static Status ParseApplyReply(byte[] reply) =>
        Reply.Require(
            Parse(reply, ConfigMessage.ConfigApplyThreadConfigResp).ApplyThreadConfigResp, "apply response", EndpointNames.Config).Status;

    /// <summary>
    /// The reply to GetThreadStatus. Attached (0, so omitted on the wire) is accepted only with its details (PROTOCOL.md §3).
    /// </summary>
    public static GetThreadStatusResp ParseStatusReply(byte[] reply)
    {
        GetThreadStatusResp status = Reply.Require(
            Parse(reply, ConfigMessage.ConfigGetThreadStatusResp).GetThreadStatusResp, "status response", EndpointNames.Config);
        if (status is { Status: Status.Success, ThreadState: ThreadState.ThreadAttached, Attached: null })
            throw Reply.Malformed("it reports attached without a network", EndpointNames.Config);
        if (status.Attached is { } attached)
            CheckNetwork(attached.Name, attached.PanId, attached.ExtPanId, attached.Channel, EndpointNames.Config);
        return status;
    }

    /// <summary>Throws if the network's values are invalid.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.MalformedResponse"/>.</exception>
    public static void CheckNetwork(ByteString name, uint panId, ByteString extendedPanId, uint channel, string endpoint)
    {
        Reply.RequireLength(name.Length <= ProtocolLimits.MaxThreadNameLength, "the network's name", name.Length, endpoint);
        Reply.RequireLength(
            extendedPanId.Length is 0 or ProtocolLimits.ExtendedPanIdLength, "the extended PAN ID", extendedPanId.Length, endpoint);
        Reply.RequireRange(panId, 0, ushort.MaxValue, "the PAN ID", endpoint);
        Reply.RequireRange(channel, 0, ProtocolLimits.LastThreadChannel, "the channel", endpoint);
    }

    private static ConfigPayload Parse(byte[] reply, ConfigMessage expected)
    {
        ConfigPayload payload = Reply.Parse(ConfigPayload.Parser, reply, EndpointNames.Config);
        Reply.Expect(expected, payload.Msg, EndpointNames.Config);
        return payload;
    }

    /// <summary>Writes a tag, and returns its length in bytes.</summary>
    private static int Tag(int fieldNumber, WireFormat.WireType type, Span<byte> output) =>
        Varint(WireFormat.MakeTag(fieldNumber, type), output);

    private static int Varint(uint value, Span<byte> output)
    {
        int length = CodedOutputStream.ComputeUInt32Size(value);
        for (int i = 0; i < length && i < output.Length; i++, value >>= 7)
            output[i] = (byte)(i == length - 1 ? value : value | 0x80);
        return length;
    }
}
