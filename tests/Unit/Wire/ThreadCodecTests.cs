using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Wire;

/// <summary>The Thread commands byte by byte, by the field numbers of PROTOCOL.md §3.</summary>
public class ThreadCodecTests
{
    [Fact]
    public void Commands_carry_their_submessage_even_when_it_is_empty()
    {
        Assert.Equal("0806820102" + "0801", Hex(ThreadScanCodec.EncodeStart(blocking: true, channelMask: 0)));
        Assert.Equal("0806820105" + "0801" + "108010", Hex(ThreadScanCodec.EncodeStart(blocking: true, channelMask: 1 << 11)));
        Assert.Equal("0808920100", Hex(ThreadScanCodec.EncodeStatus()));
        Assert.Equal("080aa201021004", Hex(ThreadScanCodec.EncodeResult(0, 4)));
        Assert.Equal("080aa20104" + "08041002", Hex(ThreadScanCodec.EncodeResult(4, 2)));
        Assert.Equal("0806820100", Hex(ThreadConfigCodec.EncodeGetStatus()));
        Assert.Equal("080aa20100", Hex(ThreadConfigCodec.EncodeApply()));
        Assert.Equal("08057a00", Hex(ControlCodec.EncodeThreadReset()));
        Assert.Equal("08078a0100", Hex(ControlCodec.EncodeThreadReprovision()));
        Assert.Equal("0808920104" + "0a02cafe", Hex(ThreadConfigCodec.EncodeSet([0xca, 0xfe])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(254)]
    public void The_set_command_written_by_hand_is_what_protobuf_writes(int length)
    {
        byte[] dataset = [.. Enumerable.Range(1, length).Select(i => (byte)i)];
        var expected = new ConfigPayload
        {
            Msg = ConfigMessage.ConfigSetThreadConfigCmd,
            SetThreadConfigCmd = new SetThreadConfigCmd { Dataset = ByteString.CopyFrom(dataset) },
        };
        Assert.Equal(Hex(expected.ToByteArray()), Hex(ThreadConfigCodec.EncodeSet(dataset)));
    }

    [Fact]
    public void A_scan_result_is_read_field_by_field()
    {
        // pan_id 0x1234, channel 15, rssi -48 (ten bytes), lqi 220, ext_addr, network_name, ext_pan_id.
        const string Entry = "08b424" + "100f" + "18d0ffffffffffffffff01" + "20dc01" + "2a08166e0a0000000002" + "320e4f70656e54687265616444656d6f" + "3a081111111122222222";
        byte[] reply = Convert.FromHexString("080b" + "aa01" + Hex(2 + (Entry.Length / 2)) + "0a" + Hex(Entry.Length / 2) + Entry);

        (Status status, IReadOnlyList<ThreadScanEntry> entries) = ThreadScanCodec.ParseResultReply(reply);

        Assert.Equal(Status.Success, status);
        ThreadScanEntry entry = Assert.Single(entries);
        Assert.Equal((0x1234u, 15u, -48, 220u, "OpenThreadDemo"), (entry.PanId, entry.Channel, entry.Rssi, entry.Lqi, entry.NetworkName.ToStringUtf8()));
        Assert.Equal(("166e0a0000000002", "1111111122222222"), (Hex(entry.ExtAddr.ToByteArray()), Hex(entry.ExtPanId.ToByteArray())));
    }

    [Fact]
    public void Attached_is_believed_with_its_details_only()
    {
        // msg 7; status resp 17: attached 11 with pan_id, ext_pan_id, channel, name.
        const string Attached = "08b424" + "12081111111122222222" + "180f" + "22036c6162";
        byte[] reply = Convert.FromHexString("0807" + "8a01" + Hex(2 + (Attached.Length / 2)) + "5a" + Hex(Attached.Length / 2) + Attached);
        Assert.Equal((0x1234u, 15u, "lab"), (
            ThreadConfigCodec.ParseStatusReply(reply).Attached.PanId,
            ThreadConfigCodec.ParseStatusReply(reply).Attached.Channel,
            ThreadConfigCodec.ParseStatusReply(reply).Attached.Name.ToStringUtf8()));

        Assert.Equal(
            ProvisioningErrorReason.MalformedResponse,
            Assert.Throws<ProvisioningException>(() => ThreadConfigCodec.ParseStatusReply(Convert.FromHexString("08078a0100"))).Reason);
    }

    [Fact]
    public void Another_commands_reply_is_refused() => Assert.Equal(
        ProvisioningErrorReason.UnexpectedResponse,
        Assert.Throws<ProvisioningException>(() => ThreadConfigCodec.ParseApplyReply(Convert.FromHexString("08099a0100"))).Reason);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Hex(int length) => Convert.ToHexString([(byte)length]);
}
