using System.Text;
using EspProv.Virtual;
using EspProv.Virtual.Board;

namespace EspProv.Tests.Virtual.Board;

public sealed class VirtualFlashTests
{
    private const int NvsOffset = 0x9000;
    private const int NvsLength = 0x6000;

    private readonly VirtualFlash _flash = new();

    [Fact]
    public void The_bootloader_says_4_MB()
    {
        byte[] header = _flash.Read(0, 4);
        Assert.Equal((0xE9, 0x2F), (header[0], header[3]));
    }

    [Fact]
    public void The_partition_table_is_in_the_vendors_format()
    {
        string entries = "AA500102" + "00900000" + "00600000" + Label("nvs") + "00000000"
            + "AA500101" + "00F00000" + "00100000" + Label("phy_init") + "00000000"
            + "AA500000" + "00000100" + "00001000" + Label("factory") + "00000000";
        string end = "EBEB" + new string('F', 28) + "F4AD4F4538564B5D7435B62C75B69524";

        Assert.Equal(entries + end + new string('F', 64), Convert.ToHexString(_flash.Read(0x8000, 5 * 32)));
    }

    [Fact]
    public void NVS_is_erased_without_credentials_and_never_shows_a_passphrase_with_them()
    {
        Assert.All(_flash.Read(NvsOffset, NvsLength), erased => Assert.Equal(0xFF, erased));

        _flash.StoreNvs(StoredCredentials.From("home"u8.ToArray(), "mypassword"u8, SystemRandomSource.Instance, 1));

        byte[] nvs = _flash.Read(NvsOffset, NvsLength);
        Assert.True(nvs.Count(written => written != 0xFF) > 500);
        Assert.True(nvs.AsSpan().IndexOf("mypassword"u8) < 0);
        Assert.True(_flash.IsNvsIntact());

        _flash.StoreNvs(null);
        Assert.All(_flash.Read(NvsOffset, NvsLength), erased => Assert.Equal(0xFF, erased));
    }

    [Fact]
    public void A_part_of_NVS_that_is_erased_or_overwritten_is_noticed_until_it_is_written_back()
    {
        _flash.StoreNvs(StoredCredentials.From("home"u8.ToArray(), "mypassword"u8, SystemRandomSource.Instance, 1));
        byte[] copy = _flash.Read(NvsOffset, NvsLength);
        _flash.Erase(NvsOffset + 0x1000, 1);
        Assert.False(_flash.IsNvsIntact());

        _flash.Write(NvsOffset, copy);
        Assert.True(_flash.IsNvsIntact());

        _flash.Write(NvsOffset + NvsLength - 1, [0x7F]);
        Assert.False(_flash.IsNvsIntact());
    }

    [Fact]
    public void Erasing_takes_whole_sectors_and_writing_only_clears_bits()
    {
        Assert.True(_flash.Write(0x200FFE, [1, 2, 3, 4]));
        Assert.Equal([1, 2, 3, 4], _flash.Read(0x200FFE, 4));
        Assert.False(_flash.Write(0x200FFE, [0xF0]));
        Assert.Equal([0, 2, 3, 4], _flash.Read(0x200FFE, 4));

        _flash.Erase(0x201800, 1);

        Assert.Equal([0, 2, 0xFF, 0xFF], _flash.Read(0x200FFE, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => _flash.Erase(VirtualFlash.Size - 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => _flash.Read(uint.MaxValue, 2));
    }

    private static string Label(string text) => Convert.ToHexString(Encoding.ASCII.GetBytes(text)).PadRight(32, '0');
}
