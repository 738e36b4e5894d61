using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using EspProv.Srp;
using EspProv.Tests.Support;

namespace EspProv.Tests.Srp;

/// <summary>RFC 5054 appendix B: the 1024-bit group with SHA-1, user alice.</summary>
public class Rfc5054Tests
{
    private static readonly SrpGroup Group = new(
        "EEAF0AB9ADB38DD69C33F80AFA8FC5E86072618775FF3C0B9EA2314C9C256576D674DF7496EA81D3383B4813D692C6E0" +
        "E0D5D8E250B98BE48E495C1D6089DAD15DC7D7B46154D6B6CE8EF4AD69B15D4982559B297BCF1885C529F566660E57EC" +
        "68EDBC3C05726CC02FD4CBF4976EAA9AFD5138FE8376435B9FC61D2FC0EB06E3",
        generator: 2,
        HashAlgorithmName.SHA1);

    private static readonly byte[] Username = Encoding.UTF8.GetBytes("alice");
    private static readonly byte[] Password = Encoding.UTF8.GetBytes("password123");
    private static readonly byte[] Salt = Hex("BEB25379 D1A8581E B5A72767 3A2441EE");
    private static readonly byte[] PrivateA = Hex("60975527 035CF2AD 1989806F 0407210B C81EDC04 E2762A56 AFD529DD DA2D4393");
    private static readonly byte[] PrivateB = Hex("E487CB59 D31AC550 471E81F0 0F6928E0 1DDA08E9 74A004F4 9E61F5D1 05284D20");

    private static readonly byte[] Verifier = Hex("""
        7E273DE8 696FFC4F 4E337D05 B4B375BE B0DDE156 9E8FA00A 9886D812 9BADA1F1 822223CA 1A605B53 0E379BA4 729FDC59
        F105B478 7E5186F5 C671085A 1447B52A 48CF1970 B4FB6F84 00BBF4CE BFBB1681 52E08AB5 EA53D15C 1AFF87B2 B9DA6E04
        E058AD51 CC72BFC9 033B564E 26480D78 E955A5E2 9E7AB245 DB2BE315 E2099AFB
        """);

    private static readonly byte[] PublicA = Hex("""
        61D5E490 F6F1B795 47B0704C 436F523D D0E560F0 C64115BB 72557EC4 4352E890 3211C046 92272D8B 2D1A5358 A2CF1B6E
        0BFCF99F 921530EC 8E393561 79EAE45E 42BA92AE ACED8251 71E1E8B9 AF6D9C03 E1327F44 BE087EF0 6530E69F 66615261
        EEF54073 CA11CF58 58F0EDFD FE15EFEA B349EF5D 76988A36 72FAC47B 0769447B
        """);

    private static readonly byte[] PublicB = Hex("""
        BD0C6151 2C692C0C B6D041FA 01BB152D 4916A1E7 7AF46AE1 05393011 BAF38964 DC46A067 0DD125B9 5A981652 236F99D9
        B681CBF8 7837EC99 6C6DA044 53728610 D0C6DDB5 8B318885 D7D82C7F 8DEB75CE 7BD4FBAA 37089E6F 9C6059F3 88838E7A
        00030B33 1EB76840 910440B1 B27AAEAE EB4012B7 D7665238 A8E3FB00 4B117B58
        """);

    private static readonly byte[] Premaster = Hex("""
        B0DC82BA BCF30674 AE450C02 87745E79 90A3381F 63B387AA F271A10D 233861E3 59B48220 F7C4693C 9AE12B0A 6F67809F
        0876E2D0 13800D6C 41BB59B6 D5979B5C 00A172B4 A2A5903A 0BDCAF8A 709585EB 2AFAFA8F 3499B200 210DCC1F 10EB3394
        3CD67FC8 8A2F39A4 BE5BEC4E C0A3212D C346D7E4 74B29EDE 8A469FFE CA686E5A
        """);

    [Fact]
    public void Multiplier_and_x_and_verifier()
    {
        Assert.Equal(Number(Hex("7556AA04 5AEF2CDD 07ABAF0F 665C3E81 8913186F")), Group.Multiplier);
        Assert.Equal(
            Number(Hex("94B7555A ABE9127C C58CCF49 93DB6CF8 4D16C124")),
            SrpVerifier.ComputeX(Group, Username, Password, Salt, useVendorToolHash: false));
        Assert.Equal(Verifier, SrpVerifier.Compute(Group, Username, Password, Salt));
    }

    [Fact]
    public void The_client_sends_A_and_comes_to_the_premaster_secret()
    {
        using var client = new SrpClient(Group, new RecordedRandomSource(PrivateA));

        client.ComputeProof(Username, Password, Salt, PublicB);

        Assert.Equal(PublicA, client.A);
        Assert.Equal(CryptographicOperations.HashData(Group.Hash, Premaster), client.K);
    }

    [Fact]
    public void The_server_sends_B_and_comes_to_the_premaster_secret()
    {
        using var server = new SrpServer(Group, Username, Salt, Verifier, new RecordedRandomSource(PrivateB));

        server.ReceiveClientKey(PublicA);

        Assert.Equal(PublicB, server.B);
        Assert.Equal(CryptographicOperations.HashData(Group.Hash, Premaster), server.K);
    }

    [Fact]
    public void The_scrambling_parameter()
        => Assert.Equal(Number(Hex("CE38B959 3487DA98 554ED47D 70A7AE5F 462EF019")), SrpHandshake.ComputeU(Group, PublicA, PublicB));

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Hex(string digits) => Convert.FromHexString(string.Concat(digits.Where(char.IsAsciiHexDigit)));
}
