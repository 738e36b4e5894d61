using Google.Protobuf;

namespace EspProv.Wire;

/// <summary>Thread commands of <c>prov-scan</c> and their replies.</summary>
internal static class ThreadScanCodec
{
    /// <summary>ScanStart. Bit n of <paramref name="channelMask"/> stands for channel n; 0 for all channels.</summary>
    public static byte[] EncodeStart(bool blocking, uint channelMask) => new ScanPayload
    {
        Msg = ScanMessage.ScanThreadStartCmd,
        ThreadStartCmd = new ThreadScanStartCmd { Blocking = blocking, ChannelMask = channelMask },
    }.ToByteArray();

    /// <summary>ScanStatus.</summary>
    public static byte[] EncodeStatus() =>
        new ScanPayload { Msg = ScanMessage.ScanThreadStatusCmd, ThreadStatusCmd = new ScanStatusCmd() }.ToByteArray();

    /// <summary>ScanResult.</summary>
    public static byte[] EncodeResult(uint startIndex, uint count) => new ScanPayload
    {
        Msg = ScanMessage.ScanThreadResultCmd,
        ThreadResultCmd = new ScanResultCmd { StartIndex = startIndex, Count = count },
    }.ToByteArray();

    /// <summary>The status in the reply to ScanStart.</summary>
    public static Status ParseStartReply(byte[] reply)
    {
        ScanPayload payload = Parse(reply, ScanMessage.ScanThreadStartResp);
        if (payload.Status is Status.Success)
            Reply.Require(payload.ThreadStartResp, "start response", EndpointNames.Scan);
        return payload.Status;
    }

    /// <summary>The status, and on success what is in the reply to ScanStatus.</summary>
    public static (Status Status, ScanStatusResp? Response) ParseStatusReply(byte[] reply)
    {
        ScanPayload payload = Parse(reply, ScanMessage.ScanThreadStatusResp);
        return payload.Status is Status.Success
            ? (payload.Status, Reply.Require(payload.ThreadStatusResp, "status response", EndpointNames.Scan))
            : (payload.Status, null);
    }

    /// <summary>The status, and on success what is in the reply to ScanResult.</summary>
    public static (Status Status, IReadOnlyList<ThreadScanEntry> Entries) ParseResultReply(byte[] reply)
    {
        ScanPayload payload = Parse(reply, ScanMessage.ScanThreadResultResp);
        if (payload.Status is not Status.Success)
            return (payload.Status, []);
        IReadOnlyList<ThreadScanEntry> entries = Reply.Require(payload.ThreadResultResp, "result response", EndpointNames.Scan).Entries;
        foreach (ThreadScanEntry entry in entries)
            Check(entry);
        return (payload.Status, entries);
    }

    private static void Check(ThreadScanEntry entry)
    {
        ThreadConfigCodec.CheckNetwork(entry.NetworkName, entry.PanId, entry.ExtPanId, entry.Channel, EndpointNames.Scan);
        Reply.RequireLength(
            entry.ExtAddr.Length is 0 or ProtocolLimits.ExtendedAddressLength,
            "an extended address",
            entry.ExtAddr.Length,
            EndpointNames.Scan);
        Reply.RequireRange(entry.Rssi, sbyte.MinValue, sbyte.MaxValue, "an RSSI", EndpointNames.Scan);
        Reply.RequireRange(entry.Lqi, 0, byte.MaxValue, "a link quality", EndpointNames.Scan);
    }

    private static ScanPayload Parse(byte[] reply, ScanMessage expected)
    {
        ScanPayload payload = Reply.Parse(ScanPayload.Parser, reply, EndpointNames.Scan);
        Reply.Expect(expected, payload.Msg, EndpointNames.Scan);
        return payload;
    }
}
