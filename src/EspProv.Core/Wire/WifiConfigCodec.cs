using System.Net;
using System.Net.Sockets;
using Google.Protobuf;

namespace EspProv.Wire;

/// <summary>
/// Wi-Fi commands of <c>prov-config</c> and their replies. Commands carry their submessage even when it is empty (PROTOCOL.md §3).
/// </summary>
internal static class WifiConfigCodec
{
    /// <summary>SetWifiConfig; the caller zeroes it. A <paramref name="channel"/> of 0 stands for none.</summary>
    public static byte[] EncodeSet(ReadOnlySpan<byte> ssid, ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> bssid, uint channel)
    {
        int length = SecretMessage.LengthOf(SetWifiConfigCmd.SsidFieldNumber, ssid)
            + SecretMessage.LengthOf(SetWifiConfigCmd.PassphraseFieldNumber, passphrase)
            + SecretMessage.LengthOf(SetWifiConfigCmd.BssidFieldNumber, bssid)
            + SecretMessage.LengthOf(SetWifiConfigCmd.ChannelFieldNumber, channel);
        var message = new SecretMessage(ConfigMessage.ConfigSetWifiConfigCmd, ConfigPayload.SetWifiConfigCmdFieldNumber, length);
        message.Add(SetWifiConfigCmd.SsidFieldNumber, ssid);
        message.Add(SetWifiConfigCmd.PassphraseFieldNumber, passphrase);
        message.Add(SetWifiConfigCmd.BssidFieldNumber, bssid);
        message.Add(SetWifiConfigCmd.ChannelFieldNumber, channel);
        return message.Bytes;
    }

    /// <summary>ApplyWifiConfig.</summary>
    public static byte[] EncodeApply() =>
        new ConfigPayload { Msg = ConfigMessage.ConfigApplyWifiConfigCmd, ApplyWifiConfigCmd = new ApplyConfigCmd() }.ToByteArray();

    /// <summary>GetWifiStatus.</summary>
    public static byte[] EncodeGetStatus() =>
        new ConfigPayload { Msg = ConfigMessage.ConfigGetWifiStatusCmd, GetWifiStatusCmd = new GetWifiStatusCmd() }.ToByteArray();

    /// <summary>The status in the reply to SetWifiConfig.</summary>
    public static Status ParseSetReply(byte[] reply) =>
        Reply.Require(
            Reply.ParseConfig(reply, ConfigMessage.ConfigSetWifiConfigResp).SetWifiConfigResp,
            "set response",
            EndpointNames.Config).Status;

    /// <summary>The status in the reply to ApplyWifiConfig.</summary>
    public static Status ParseApplyReply(byte[] reply) =>
        Reply.Require(
            Reply.ParseConfig(reply, ConfigMessage.ConfigApplyWifiConfigResp).ApplyWifiConfigResp,
            "apply response",
            EndpointNames.Config).Status;

    /// <summary>
    /// The reply to GetWifiStatus. Connected (0, so omitted on the wire) is accepted only with its details (PROTOCOL.md §3).
    /// </summary>
    public static GetWifiStatusResp ParseStatusReply(byte[] reply)
    {
        GetWifiStatusResp status = Reply.Require(
            Reply.ParseConfig(reply, ConfigMessage.ConfigGetWifiStatusResp).GetWifiStatusResp, "status response", EndpointNames.Config);
        if (status is { Status: Status.Success, StaState: StaState.StaConnected, Connected: null })
            throw Reply.Malformed("it reports connected without a network", EndpointNames.Config);
        if (status.Connected is { } connected)
        {
            Check(connected);
            connected.Bssid = UpToZero(connected.Bssid);
        }

        return status;
    }

    // Firmware copies the BSSID as a C string: bytes after a 00 are unrelated memory (PROTOCOL.md §9).
    private static ByteString UpToZero(ByteString bssid)
    {
        int end = bssid.Span.IndexOf((byte)0);
        return end < 0 ? bssid : ByteString.CopyFrom(bssid.Span[..end]);
    }

    // After a reprovision firmware has neither network nor address (PROTOCOL.md §9).
    private static void Check(WifiConnected connected)
    {
        Reply.RequireLength(connected.Ssid.Length <= ProtocolLimits.MaxSsidLength, "the SSID", connected.Ssid.Length, EndpointNames.Config);
        Reply.RequireLength(connected.Bssid.Length <= HardwareAddress.Length, "the BSSID", connected.Bssid.Length, EndpointNames.Config);
        Reply.RequireRange(connected.Channel, 0, byte.MaxValue, "the channel", EndpointNames.Config);
        if (connected.Ip4Addr.Length > 0 && !IsIPv4Address(connected.Ip4Addr))
            throw Reply.Malformed("the IP address is invalid", EndpointNames.Config);
    }

    // System.Net also accepts short forms (1, 0x7f.1), which no firmware prints.
    private static bool IsIPv4Address(string text) =>
        IPAddress.TryParse(text, out IPAddress? address)
        && address.AddressFamily is AddressFamily.InterNetwork
        && address.ToString() == text;
}
