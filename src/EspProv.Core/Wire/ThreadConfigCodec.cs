using Google.Protobuf;

namespace EspProv.Wire;

/// <summary>
/// Thread commands of <c>prov-config</c> and their replies. Commands carry their submessage even when it is empty (PROTOCOL.md §3).
/// </summary>
internal static class ThreadConfigCodec
{
    /// <summary>SetThreadConfig; the caller zeroes it.</summary>
    /// <param name="dataset">The dataset's TLVs, 1…254 bytes.</param>
    public static byte[] EncodeSet(ReadOnlySpan<byte> dataset)
    {
        var message = new SecretMessage(
            ConfigMessage.ConfigSetThreadConfigCmd,
            ConfigPayload.SetThreadConfigCmdFieldNumber,
            SecretMessage.LengthOf(SetThreadConfigCmd.DatasetFieldNumber, dataset));
        message.Add(SetThreadConfigCmd.DatasetFieldNumber, dataset);
        return message.Bytes;
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
            Reply.ParseConfig(reply, ConfigMessage.ConfigSetThreadConfigResp).SetThreadConfigResp,
            "set response",
            EndpointNames.Config).Status;

    /// <summary>The status in the reply to ApplyThreadConfig.</summary>
    public static Status ParseApplyReply(byte[] reply) =>
        Reply.Require(
            Reply.ParseConfig(reply, ConfigMessage.ConfigApplyThreadConfigResp).ApplyThreadConfigResp,
            "apply response",
            EndpointNames.Config).Status;

    /// <summary>
    /// The reply to GetThreadStatus. Attached (0, so omitted on the wire) is accepted only with its details (PROTOCOL.md §3).
    /// </summary>
    public static GetThreadStatusResp ParseStatusReply(byte[] reply)
    {
        GetThreadStatusResp status = Reply.Require(
            Reply.ParseConfig(reply, ConfigMessage.ConfigGetThreadStatusResp).GetThreadStatusResp, "status response", EndpointNames.Config);
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
}
