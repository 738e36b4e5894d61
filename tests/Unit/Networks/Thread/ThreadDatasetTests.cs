using EspProv.Networks.Thread;
using EspProv.Tests.Virtual.Recorded;

namespace EspProv.Tests.Networks.Thread;

/// <summary>Datasets as OpenThread prints them (<c>dataset active -x</c>), and datasets that nobody should send.</summary>
public class ThreadDatasetTests
{
    private const string Key = "00112233445566778899aabbccddeeff";

    /// <summary>The default dataset of Android's Thread service tests, whose comment spells out what is in it.</summary>
    private const string AndroidDefault =
        "0E080000000000010000000300001335060004001FFFE00208ACC214689BC40BDF0708FD64DB1225F47E0B0510F26B3153760F519A63BAFDDFFC80D2AF"
        + "030F4F70656E5468726561642D643961300102D9A00410A245479C836D551B9CA557F7B9D351B40C0402A0FFF8";

    public static TheoryData<string, string, int, string, int> Exported => new()
    {
        { AndroidDefault, "OpenThread-d9a0", 0xd9a0, "acc214689bc40bdf", 19 },
        {
            // The border router of Home Assistant's tests.
            "0E080000000000010000000300001035060004001FFFE00208F642646DA209B1C00708FDF57B5A0FE2AAF60510DE98B5BA1A528FEE049D4B4B01835375"
            + "030D4F70656E546872656164204841010225A40410F5DD18371BFD29E1A601EF6FFAD94C030C0402A0F7F8",
            "OpenThread HA", 0x25a4, "f642646da209b1c0", 16
        },
        {
            // Matter's test suite, with the three-byte security policy of older networks.
            "0e080000000000010000000300000c35060004001fffe00208fedcba98765432100708fd000000000012340510ffeeddccbbaa99887766554433221100"
            + "030e54657374696e674e6574776f726b0102d252041081cb3b2efa781cc778397497ff520fa50c0302a0ff",
            "TestingNetwork", 0xd252, "fedcba9876543210", 12
        },
        {
            // A sleepy network with a wake-up channel.
            "0e08000000000001000000030000104a0300001635060004001fffe0020884fa18779329ac770708fd269658e44aa21a030f4f70656e5468726561642d32386335"
            + "010228c50c0402a0f7f8051000112233445566778899aabbccddeeff041000112233445566778899aabbccddeeff",
            "OpenThread-28c5", 0x28c5, "84fa18779329ac77", 16
        },
    };

    [Theory]
    [MemberData(nameof(Exported))]
    public void What_border_routers_export_is_understood(string hex, string name, int panId, string extendedPanId, int channel)
    {
        using ThreadDataset dataset = ParseHex($" {hex}\n");
        Assert.Equal((name, panId, extendedPanId, channel), (dataset.NetworkName, dataset.PanId, dataset.ExtendedPanId, dataset.Channel));
        Assert.Equal(hex.ToLowerInvariant(), Convert.ToHexStringLower(dataset.Tlvs.Bytes));
        Assert.Equal(name, dataset.ToString());
    }

    [Fact]
    public void A_dataset_from_its_values_is_the_one_that_the_vendors_tool_makes()
    {
        using ThreadDataset dataset = Create(name: null);
        Assert.Equal("000300000f0208111111112222222205100011223344556677" + "8899aabbccddeeff01021234", Convert.ToHexStringLower(dataset.Tlvs.Bytes));
    }

    [Fact]
    public void Values_are_encoded_as_OpenThread_does()
    {
        using ThreadDataset android = ParseHex(AndroidDefault);
        using ThreadDataset made = Create("OpenThread-d9a0", 0xd9a0, "ACC214689BC40BDF", 19, "F26B3153760F519A63BAFDDFFC80D2AF", values => values with
        {
            ActiveTimestamp = 1,
            ChannelMask = [.. Enumerable.Range(11, 16)],
            Pskc = Bytes("A245479C836D551B9CA557F7B9D351B4"),
        });
        Assert.Equal(Entries(android).Where(entry => entry[..2] is not ("07" or "0c")).Order(), Entries(made).Order());
    }

    [Theory]
    [InlineData("", "1 to 254 bytes")]
    [InlineData("0", "hexadecimal")]
    [InlineData("zz", "hexadecimal")]
    [InlineData("05", "cut short")]
    [InlineData("0510001122", "cut short")]
    [InlineData("000300000f", "no network key")]
    [InlineData("050f" + "00112233445566778899aabbccddee", "network key cannot have 15 bytes")]
    [InlineData("0510" + Key + "0510" + Key, "network key twice")]
    [InlineData("0510" + Key + "00030000ff", "channel is from 11 to 26")]
    [InlineData("0510" + Key + "000301000f", "on page 1")]
    [InlineData("0510" + Key + "0002000f", "channel cannot have 2 bytes")]
    [InlineData("0510" + Key + "010112", "PAN ID cannot have 1 bytes")]
    [InlineData("0510" + Key + "0102ffff", "0xffff")]
    [InlineData("0510" + Key + "020711111111222222", "extended PAN ID cannot have 7 bytes")]
    [InlineData("0510" + Key + "0303410a42", "control characters")]
    [InlineData("0510" + Key + "4a0300000a", "wake-up channel is from 11 to 26")]
    [InlineData("0510" + Key + "35050003001fff", "channel mask cannot have 5 bytes")]
    [InlineData("0510" + Key + "03114142434445464748494a4b4c4d4e4f5051", "network name cannot have 17 bytes")]
    [InlineData("0510" + Key + "0302c328", "UTF-8")]
    [InlineData("0510" + Key + "04020102", "PSKc cannot have 2 bytes")]
    [InlineData("0510" + Key + "0e0100", "active timestamp cannot have 1 bytes")]
    [InlineData("0510" + Key + "3505000400ffff", "channel mask cannot have 5 bytes")]
    [InlineData("0510" + Key + "3304000000013408" + "0000000000000001", "cannot have 4 bytes")]
    [InlineData("0510" + Key + "330800000000000100003404000003e8", "pending dataset")]
    public void A_dataset_that_no_device_can_use_is_refused_with_the_reason(string hex, string why)
    {
        ProvisioningException error = Assert.Throws<ProvisioningException>(() => ParseHex(hex));
        Assert.Equal(ProvisioningErrorReason.InvalidThreadDataset, error.Reason);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void What_OpenThread_refuses_is_refused_and_what_it_takes_is_taken_unless_it_cannot_be_meant()
    {
        string[] notMeant =
        [
            "nothing", "no key", "PAN ID of all", "name of 17 bytes", "name in overlong UTF-8", "name with a surrogate",
            "pending timestamp", "delay timer", "a pending dataset",
        ];
        foreach (RecordedDataset recorded in Recording.Datasets)
        {
            Exception? refused = Record.Exception(() => ThreadDataset.Parse(recorded.TlvsHex).Dispose());
            Assert.True((refused is null) == (recorded.Accepted && !notMeant.Contains(recorded.Name)), $"{recorded.Name}: {refused?.Message ?? "taken"}");
        }
    }

    [Fact]
    public void What_a_later_version_adds_to_an_entry_is_passed_over_and_sent()
    {
        const string Longer = "000400000f00" + "010312340a" + "0209111111112222222233" + "0300" + "0511" + Key + "00";
        using ThreadDataset dataset = ParseHex(Longer);
        Assert.Equal((15, 0x1234, "1111111122222222", null), (dataset.Channel, dataset.PanId, dataset.ExtendedPanId, dataset.NetworkName));
        Assert.Equal(Longer, Convert.ToHexStringLower(dataset.Tlvs.Bytes));
    }

    [Theory]
    [InlineData(254, true)]
    [InlineData(255, false)]
    public void A_dataset_has_at_most_254_bytes(int length, bool fits)
    {
        // The rest in an entry of a type that is not known here.
        byte[] tlvs = [5, 16, .. Convert.FromHexString(Key), 0xf0, (byte)(length - 20), .. new byte[length - 20]];
        Assert.Equal(length, tlvs.Length);
        if (fits)
            ThreadDataset.Parse(tlvs).Dispose();
        else
            Assert.Contains("255", Assert.Throws<ProvisioningException>(() => ThreadDataset.Parse(tlvs)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, -1, "1111111122222222", 15, Key, "PAN ID")]
    [InlineData(null, 65535, "1111111122222222", 15, Key, "PAN ID")]
    [InlineData(null, 65536, "1111111122222222", 15, Key, "PAN ID")]
    [InlineData(null, 1, "11111111", 15, Key, "extended PAN ID has 8 bytes")]
    [InlineData(null, 1, "1111111122222222", 10, Key, "channel")]
    [InlineData(null, 1, "1111111122222222", 27, Key, "channel")]
    [InlineData(null, 1, "1111111122222222", 15, "0011", "network key has 16 bytes")]
    [InlineData("seventeen letters", 1, "1111111122222222", 15, Key, "network name")]
    public void Values_out_of_their_limits_are_refused(string? name, int panId, string extendedPanId, int channel, string key, string why)
    {
        ProvisioningException error = Assert.Throws<ProvisioningException>(() => Create(name, panId, extendedPanId, channel, key));
        Assert.Equal(ProvisioningErrorReason.InvalidThreadDataset, error.Reason);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_zeroes_its_entries_and_says_only_its_name()
    {
        ThreadDataset dataset = Create("lab");
        Assert.Equal("lab", dataset.ToString());
        dataset.Dispose();
        Assert.Throws<ObjectDisposedException>(() => dataset.Tlvs.Bytes.Length);
    }

    internal static ThreadDataset ParseHex(string hex)
    {
        using var digits = Secret.FromUtf8(hex);
        return ThreadDataset.ParseHex(digits);
    }

    internal static ThreadDataset Create(
        string? name = "OpenThreadDemo",
        int panId = 0x1234,
        string extendedPanId = "1111111122222222",
        int channel = 15,
        string key = Key,
        Func<ThreadDatasetValues, ThreadDatasetValues>? change = null)
    {
        var values = new ThreadDatasetValues
        {
            NetworkName = name,
            PanId = panId,
            ExtendedPanId = Convert.FromHexString(extendedPanId),
            Channel = channel,
            NetworkKey = Bytes(key),
        };
        return ThreadDataset.Create(change is null ? values : change(values));
    }

    private static Secret Bytes(string hex) => new(Convert.FromHexString(hex));

    private static IEnumerable<string> Entries(ThreadDataset dataset)
    {
        byte[] rest = dataset.Tlvs.Bytes.ToArray();
        for (; rest.Length > 0; rest = rest[(2 + rest[1])..])
            yield return Convert.ToHexStringLower(rest.AsSpan(0, 2 + rest[1]));
    }
}
