using Google.Protobuf;

namespace EspProv.Wire;

/// <summary>Commands of <c>prov-ctrl</c> and their replies.</summary>
internal static class ControlCodec
{
    /// <summary>WifiReset.</summary>
    public static byte[] EncodeWifiReset() =>
        new CtrlPayload { Msg = CtrlMessage.CtrlWifiResetCmd, WifiResetCmd = new CtrlCmd() }.ToByteArray();

    /// <summary>WifiReprov.</summary>
    public static byte[] EncodeWifiReprovision() =>
        new CtrlPayload { Msg = CtrlMessage.CtrlWifiReprovCmd, WifiReprovCmd = new CtrlCmd() }.ToByteArray();

    /// <summary>The status in the reply to WifiReset.</summary>
    public static Status ParseWifiResetReply(byte[] reply)
    {
        CtrlPayload payload = Parse(reply, CtrlMessage.CtrlWifiResetResp);
        if (payload.Status is Status.Success)
            Reply.Require(payload.WifiResetResp, "reset response", EndpointNames.Control);
        return payload.Status;
    }

    /// <summary>The status in the reply to WifiReprov.</summary>
    public static Status ParseWifiReprovisionReply(byte[] reply)
    {
        CtrlPayload payload = Parse(reply, CtrlMessage.CtrlWifiReprovResp);
        if (payload.Status is Status.Success)
            Reply.Require(payload.WifiReprovResp, "reprovision response", EndpointNames.Control);
        return payload.Status;
    }

    /// <summary>ThreadReset.</summary>
    public static byte[] EncodeThreadReset() =>
        new CtrlPayload { Msg = CtrlMessage.CtrlThreadResetCmd, ThreadResetCmd = new CtrlCmd() }.ToByteArray();

    /// <summary>ThreadReprov.</summary>
    public static byte[] EncodeThreadReprovision() =>
        new CtrlPayload { Msg = CtrlMessage.CtrlThreadReprovCmd, ThreadReprovCmd = new CtrlCmd() }.ToByteArray();

    /// <summary>The status in the reply to ThreadReset.</summary>
    public static Status ParseThreadResetReply(byte[] reply)
    {
        CtrlPayload payload = Parse(reply, CtrlMessage.CtrlThreadResetResp);
        if (payload.Status is Status.Success)
            Reply.Require(payload.ThreadResetResp, "reset response", EndpointNames.Control);
        return payload.Status;
    }

    /// <summary>The status in the reply to ThreadReprov.</summary>
    public static Status ParseThreadReprovisionReply(byte[] reply)
    {
        CtrlPayload payload = Parse(reply, CtrlMessage.CtrlThreadReprovResp);
        if (payload.Status is Status.Success)
            Reply.Require(payload.ThreadReprovResp, "reprovision response", EndpointNames.Control);
        return payload.Status;
    }

    private static CtrlPayload Parse(byte[] reply, CtrlMessage expected)
    {
        CtrlPayload payload = Reply.Parse(CtrlPayload.Parser, reply, EndpointNames.Control);
        Reply.Expect(expected, payload.Msg, EndpointNames.Control);
        return payload;
    }
}
