using Google.Protobuf;

namespace EspProv.Wire;

/// <summary>Wi-Fi commands of <c>prov-scan</c> and their replies.</summary>
internal static class WifiScanCodec
{
    /// <summary>ScanStart.</summary>
    public static byte[] EncodeStart(bool blocking, bool passive, uint groupChannels, uint periodMs) => new ScanPayload
    {
        Msg = ScanMessage.ScanWifiStartCmd,
        WifiStartCmd = new WifiScanStartCmd { Blocking = blocking, Passive = passive, GroupChannels = groupChannels, PeriodMs = periodMs },
    }.ToByteArray();

    /// <summary>ScanStatus.</summary>
    public static byte[] EncodeStatus() =>
        new ScanPayload { Msg = ScanMessage.ScanWifiStatusCmd, WifiStatusCmd = new ScanStatusCmd() }.ToByteArray();

    /// <summary>ScanResult.</summary>
    public static byte[] EncodeResult(uint startIndex, uint count) => new ScanPayload
    {
        Msg = ScanMessage.ScanWifiResultCmd,
        WifiResultCmd = new ScanResultCmd { StartIndex = startIndex, Count = count },
    }.ToByteArray();

    /// <summary>The status in the reply to ScanStart.</summary>
    public static Status ParseStartReply(byte[] reply)
    {
        ScanPayload payload = Reply.ParseScan(reply, ScanMessage.ScanWifiStartResp);
        if (payload.Status is Status.Success)
            Reply.Require(payload.WifiStartResp, "start response", EndpointNames.Scan);
        return payload.Status;
    }

    /// <summary>The status, and on success what is in the reply to ScanStatus.</summary>
    public static (Status Status, ScanStatusResp? Response) ParseStatusReply(byte[] reply)
    {
        ScanPayload payload = Reply.ParseScan(reply, ScanMessage.ScanWifiStatusResp);
        return payload.Status is Status.Success
            ? (payload.Status, Reply.Require(payload.WifiStatusResp, "status response", EndpointNames.Scan))
            : (payload.Status, null);
    }

    /// <summary>The status, and on success what is in the reply to ScanResult.</summary>
    public static (Status Status, IReadOnlyList<WifiScanEntry> Entries) ParseResultReply(byte[] reply)
    {
        ScanPayload payload = Reply.ParseScan(reply, ScanMessage.ScanWifiResultResp);
        if (payload.Status is not Status.Success)
            return (payload.Status, []);
        IReadOnlyList<WifiScanEntry> entries = Reply.Require(payload.WifiResultResp, "result response", EndpointNames.Scan).Entries;
        foreach (WifiScanEntry entry in entries)
            Check(entry);
        return (payload.Status, entries);
    }

    // The driver stores the channel in a byte and the RSSI in a signed byte; any auth mode is accepted.
    private static void Check(WifiScanEntry entry)
    {
        Reply.RequireLength(entry.Ssid.Length <= ProtocolLimits.MaxSsidLength, "an SSID", entry.Ssid.Length, EndpointNames.Scan);
        Reply.RequireLength(entry.Bssid.Length is 0 or HardwareAddress.Length, "a BSSID", entry.Bssid.Length, EndpointNames.Scan);
        Reply.RequireRange(entry.Channel, 0, byte.MaxValue, "a channel", EndpointNames.Scan);
        Reply.RequireRange(entry.Rssi, sbyte.MinValue, sbyte.MaxValue, "an RSSI", EndpointNames.Scan);
    }
}
