using System.Net;
using System.Net.Sockets;
using Google.Protobuf;

namespace EspProv.Wire;

/// <summary>
/// Wi-Fi commands of <c>prov-config</c> and their replies. Commands carry their submessage even when it is empty (PROTOCOL.md §3).
/// </summary>
internal static class WifiConfigCodec
{
    /// <summary>
    /// SetWifiConfig, written by hand into a pinned buffer that the caller zeroes: the generated class would leave the passphrase in byte
    /// strings that cannot be zeroed. A <paramref name="channel"/> of 0 stands for none.
    /// </summary>
    public static byte[] EncodeSet(ReadOnlySpan<byte> ssid, ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> bssid, uint channel)
    {
        int channelLength = channel == 0 ? 0 : 1 + CodedOutputStream.ComputeUInt32Size(channel);
        int length = LengthOf(ssid) + LengthOf(passphrase) + LengthOf(bssid) + channelLength;

        // By the limits of PROTOCOL.md §9, every length below is a varint of one byte.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 0x7f, nameof(ssid));

        byte[] message = GC.AllocateArray<byte>(4 + length, pinned: true);
        message[0] = VarintTag(ConfigPayload.MsgFieldNumber);
        message[1] = (byte)ConfigMessage.ConfigSetWifiConfigCmd;
        message[2] = BytesTag(ConfigPayload.SetWifiConfigCmdFieldNumber);
        message[3] = (byte)length;
        Span<byte> rest = message.AsSpan(4);
        rest = Append(rest, SetWifiConfigCmd.SsidFieldNumber, ssid);
        rest = Append(rest, SetWifiConfigCmd.PassphraseFieldNumber, passphrase);
        rest = Append(rest, SetWifiConfigCmd.BssidFieldNumber, bssid);
        if (channel != 0)
        {
            rest[0] = VarintTag(SetWifiConfigCmd.ChannelFieldNumber);
            int at = 1;
            for (; channel > 0x7f; channel >>= 7)
                rest[at++] = (byte)(channel | 0x80);
            rest[at] = (byte)channel;
        }

        return message;
    }

    /// <summary>ApplyWifiConfig.</summary>
    public static byte[] EncodeApply() =>
        new ConfigPayload { Msg = ConfigMessage.ConfigApplyWifiConfigCmd, ApplyWifiConfigCmd = new ApplyConfigCmd() }.ToByteArray();

    /// <summary>GetWifiStatus.</summary>
    public static byte[] EncodeGetStatus() =>
        new ConfigPayload { Msg = ConfigMessage.ConfigGetWifiStatusCmd, GetWifiStatusCmd = new GetWifiStatusCmd() }.ToByteArray();

    /// <summary>The status in the reply to SetWifiConfig.</summary>
    public static Status ParseSetReply(byte[] reply) =>
        Reply.Require(Parse(reply, ConfigMessage.ConfigSetWifiConfigResp).SetWifiConfigResp, "set response", EndpointNames.Config).Status;

    /// <summary>The status in the reply to ApplyWifiConfig.</summary>
    public static Status ParseApplyReply(byte[] reply) =>
        Reply.Require(
            Parse(reply, ConfigMessage.ConfigApplyWifiConfigResp).ApplyWifiConfigResp, "apply response", EndpointNames.Config).Status;

    /// <summary>
    /// The reply to GetWifiStatus. Connected (0, so omitted on the wire) is accepted only with its details (PROTOCOL.md §3).
    /// </summary>
    public static GetWifiStatusResp ParseStatusReply(byte[] reply)
    {
        GetWifiStatusResp status = Reply.Require(
            Parse(reply, ConfigMessage.ConfigGetWifiStatusResp).GetWifiStatusResp, "status response", EndpointNames.Config);
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

    private static ConfigPayload Parse(byte[] reply, ConfigMessage expected)
    {
        ConfigPayload payload = Reply.Parse(ConfigPayload.Parser, reply, EndpointNames.Config);
        Reply.Expect(expected, payload.Msg, EndpointNames.Config);
        return payload;
    }

    private static int LengthOf(ReadOnlySpan<byte> field) => field.IsEmpty ? 0 : 2 + field.Length;

    private static Span<byte> Append(Span<byte> output, int fieldNumber, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return output;
        output[0] = BytesTag(fieldNumber);
        output[1] = (byte)value.Length;
        value.CopyTo(output[2..]);
        return output[(2 + value.Length)..];
    }

    private static byte VarintTag(int fieldNumber) => (byte)WireFormat.MakeTag(fieldNumber, WireFormat.WireType.Varint);

    private static byte BytesTag(int fieldNumber) => (byte)WireFormat.MakeTag(fieldNumber, WireFormat.WireType.LengthDelimited);
}
