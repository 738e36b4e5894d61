using System.IO.Compression;
using EspProv.Virtual.Board;

namespace EspProv.Tests.Virtual.Board;

/// <summary>The protocol of the ROM loader, byte by byte, as the vendor documents it.</summary>
public sealed class VirtualRomTests
{
    private const string Attach = "c0 000d0800 00000000 00000000 00000000 c0";
    private const string EraseNvs = "c0 00021000 00000000 00600000 18000000 00040000 00900000 c0";
    private const string HashNvs = "c0 00131000 00000000 00900000 00600000 00000000 00000000 c0";
    private const string HashOfErasedNvs =
        "c0 01132400 00000000 3563363561653636623732656430376262613339313734656233313736326564 00000000 c0";

    private readonly VirtualFlash _flash = new();
    private readonly VirtualRom _loader;

    public VirtualRomTests() => _loader = new VirtualRom(_flash, "PROV_261FCC");

    [Fact]
    public void A_sync_frame_is_answered_eight_times()
    {
        string fives = string.Concat(Enumerable.Repeat("55", 32));
        string reply = string.Concat(Enumerable.Repeat("c0 01080400 07071220 00000000 c0", 8));

        Assert.Equal(Bytes(reply), Ask($"c0 00082400 00000000 07071220 {fives} c0"));
    }

    [Theory]
    [InlineData("the magic", "00100040", "6f50311b")]
    [InlineData("the end of the MAC address", "44880060", "cc1f26a1")]
    [InlineData("its begin", "48880060", "df7c0000")]
    [InlineData("revision v0.4", "50880060", "00001000")]
    [InlineData("the rest of the revision", "58880060", "00000000")]
    [InlineData("any other", "efbeadde", "00000000")]
    public void A_register_says(string what, string address, string value)
    {
        _ = what;
        Assert.Equal(Bytes($"c0 010a0400 {value} 00000000 c0"), Ask($"c0 000a0400 00000000 {address} c0"));
    }

    [Fact]
    public void The_bytes_of_frames_are_escaped_within_them()
    {
        var loader = new VirtualRom(_flash, "PROV_C0DB00");

        Assert.Equal(Bytes("c0 010a0400 00 dbdd dbdc a1 00000000 c0"), loader.Take(Bytes("c0 000a0400 00000000 44880060 c0")));
    }

    [Fact]
    public void The_security_information_says_which_chip_it_is() => Assert.Equal(
        Bytes("c0 01141800 00000000 00000000 00 00000000000000 05000000 00000000 00000000 c0"), Ask("c0 00140000 00000000 c0"));

    [Fact]
    public void Erasing_begins_at_once_and_is_proved_by_the_hash()
    {
        _flash.Write(0x9000, "the credentials"u8);
        _flash.Write(0xF000, "beside"u8);
        Ask(Attach);
        Assert.NotEqual(Bytes(HashOfErasedNvs), Ask(HashNvs));

        Assert.Equal(Bytes("c0 01020400 00000000 00000000 c0"), Ask(EraseNvs));

        Assert.Equal(Bytes(HashOfErasedNvs), Ask(HashNvs));
        Assert.Equal("beside"u8.ToArray(), _flash.Read(0xF000, 6));
    }

    [Theory]
    [InlineData("before the flash is attached", "", EraseNvs, "02", "0106")]
    [InlineData("before it is attached", "", HashNvs, "13", "0106")]
    [InlineData("behind its end", Attach, "c0 00021000 00000000 00100000 01000000 00040000 00f03f00 c0", "02", "0000")]
    [InlineData("behind its end", Attach, "c0 00021000 00000000 01100000 01000000 00040000 00f03f00 c0", "02", "0106")]
    [InlineData("past all numbers", Attach, "c0 00021000 00000000 ffffffff ffffffff ffffffff ffffffff c0", "02", "0106")]
    [InlineData("past all numbers", Attach, "c0 00131000 00000000 ffffffff 02000000 00000000 00000000 c0", "13", "0106")]
    [InlineData("more than 64 bytes", Attach, "c0 000e0800 00000000 00000000 41000000 c0", "0e", "010a")]
    [InlineData("a block of nothing", Attach, "c0 00031400 eb000000 04000000 00000000 00000000 00000000 01020304 c0", "03", "0106")]
    [InlineData("a wrong sum", Attach, "c0 00031400 ec000000 04000000 00000000 00000000 00000000 01020304 c0", "03", "0107")]
    [InlineData("a wrong length of a block", Attach, "c0 00031400 eb000000 05000000 00000000 00000000 00000000 01020304 c0", "03", "0105")]
    [InlineData("a wrong length of a packet", Attach, "c0 00130f00 00000000 00900000 00600000 00000000 00000000 c0", "13", "0105")]
    [InlineData("a command of the uploaded loader", Attach, "c0 00d10800 00000000 00900000 00600000 c0", "d1", "0105")]
    [InlineData("code to run", Attach, "c0 00060800 00000000 00000000 00003840 c0", "06", "0106")]
    public void A_request_that_cannot_be_is_refused(string what, string before, string request, string command, string status)
    {
        _ = what;
        Ask(before);

        Assert.Equal(Bytes($"c0 01{command}0400 00000000 {status}0000 c0"), Ask(request));
    }

    [Fact]
    public void Blocks_are_written_where_they_belong_and_only_to_erased_flash()
    {
        Ask(Attach);
        Ask("c0 00021400 00000000 00100000 02000000 04000000 00001100 00000000 c0");
        Assert.Equal(Bytes("c0 01030400 00000000 00000000 c0"), Ask("c0 00031400 eb000000 04000000 00000000 00000000 00000000 01020304 c0"));
        Assert.Equal(Bytes("c0 01030400 00000000 00000000 c0"), Ask("c0 00031400 e3000000 04000000 01000000 00000000 00000000 05060708 c0"));
        Assert.Equal(Bytes("c0 010e4400 00000000 0102030405060708 ffff" + new string('0', 108) + "00000000 c0"), Ask("c0 000e0800 00000000 00001100 0a000000 c0"));

        Assert.Equal(Bytes("c0 01030400 00000000 01080000 c0"), Ask("c0 00031400 ef000000 04000000 00000000 00000000 00000000 10101010 c0"));
        Assert.Equal(Bytes("c0 01030400 00000000 01060000 c0"), Ask("c0 00031400 eb000000 04000000 02000000 00000000 00000000 01020304 c0"));
    }

    [Theory]
    [InlineData(4096, "0000", "0000")]
    [InlineData(4097, "010b", "0106")]
    public void Compressed_blocks_are_written_when_all_are_there(int length, string status, string again)
    {
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)(i * i))];
        using var compressed = new MemoryStream();
        using (var deflater = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            deflater.Write(content);
        byte[][] blocks = [.. compressed.ToArray().Chunk(100)];
        Ask(Attach);
        Assert.Equal(
            Bytes("c0 01100400 00000000 00000000 c0"),
            _loader.Take(Request(0x10, [.. Words(4096, (uint)blocks.Length, 100, 0x110000)])));

        uint last = (uint)blocks.Length - 1;
        for (uint i = 0; i <= last; i++)
            Assert.Equal(DeflateReply(i == last ? status : "0000"), SendCompressed(blocks[i], i));
        Assert.Equal(DeflateReply(again), SendCompressed(blocks[last], last));

        if (status == "0000")
            Assert.Equal(content, _flash.Read(0x110000, 4096));
        else
            Assert.All(_flash.Read(0x110000, 4096), erased => Assert.Equal(0xFF, erased));
    }

    [Theory]
    [InlineData("01000000", false)]
    [InlineData("00000000", true)]
    public void The_end_of_a_write_restarts_the_board_unless_it_is_told_to_stay(string stay, bool restarts)
    {
        Assert.Equal(Bytes("c0 01040400 00000000 00000000 c0"), Ask($"c0 00040400 00000000 {stay} c0"));

        Assert.Equal(restarts, _loader.IsRestartRequested);
        Assert.Equal(restarts, Ask("c0 00140000 00000000 c0").Length == 0);
    }

    [Theory]
    [InlineData("text", "68656c6c6f0d")]
    [InlineData("a reply", "c0 01020400 00000000 00000000 c0")]
    [InlineData("half a header", "c0 000204 c0")]
    [InlineData("a wrong escape", "c0 000204db01 00000000 00 c0")]
    [InlineData("an escape at the end", "c0 00140000 00000000 db c0")]
    public void Noise_is_not_answered(string what, string noise)
    {
        _ = what;
        Assert.Empty(Ask(noise));
        Assert.Equal(36 - 2, Ask("c0 00140000 00000000 c0").Length);
    }

    [Fact]
    public void A_frame_without_end_takes_no_memory_and_the_next_one_is_answered()
    {
        byte[] flood = [0xC0, .. Enumerable.Repeat((byte)0, 1024 * 1024)];
        Assert.Empty(_loader.Take(flood));
        Assert.Empty(_loader.Take([0xC0]));

        Assert.NotEmpty(Ask("c0 00140000 00000000 c0"));
    }

    [Fact]
    public void Any_request_is_answered_with_a_reply_to_it()
    {
        var random = new Random(5);
        Ask(Attach);
        for (int i = 0; i < 20_000; i++)
        {
            byte command = (byte)random.Next(0x18);
            byte[] data = new byte[random.Next(4) == 0 ? random.Next(64) : new[] { 0, 4, 8, 16, 20, 24, 36 }[random.Next(7)]];
            random.NextBytes(data);
            for (int high = 3; high < data.Length; high += 4)
                (data[high], data[high - 1]) = random.Next(3) > 0 ? ((byte)0, (byte)random.Next(0x44)) : (data[high], data[high - 1]);
            if (command == 0x04 || command == 0x12)
                continue;

            byte[] reply = _loader.Take(Request(command, data));

            Assert.True(reply.Length >= 14 && reply[0] == 0xC0 && reply[1] == 1 && reply[2] == command && reply[^1] == 0xC0);
        }
    }

    [Fact]
    public void A_name_without_a_MAC_address_gets_one_of_its_own()
    {
        Assert.Equal("7CDFA1261FCC", Convert.ToHexString(VirtualRom.MacOf("PROV_261FCC")));
        Assert.NotEqual(VirtualRom.MacOf("PROV_KITCHEN"), VirtualRom.MacOf("PROV_CELLAR"));
        Assert.Equal(VirtualRom.MacOf("PROV_KITCHEN"), VirtualRom.MacOf("PROV_KITCHEN"));
    }

    private byte[] SendCompressed(byte[] block, uint number) => _loader.Take(Request(
        0x11,
        [.. Words((uint)block.Length, number, 0, 0), .. block],
        block.Aggregate((byte)0xEF, (sum, next) => (byte)(sum ^ next))));

    private static byte[] DeflateReply(string status) => Bytes($"c0 01110400 00000000 {status}0000 c0");

    private byte[] Ask(string request) => _loader.Take(Bytes(request));

    private static byte[] Request(byte command, byte[] data, uint checksum = 0) => SlipDecoder.Encode(
        [0, command, (byte)data.Length, (byte)(data.Length >> 8), .. Words(checksum), .. data]);

    private static byte[] Words(params uint[] words) => [.. words.SelectMany(BitConverter.GetBytes)];

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
