using System.Security.Cryptography;
using EspProv.Security;

namespace EspProv.Tests.Security;

/// <summary>
/// The test cases of the GCM specification (McGrew and Viega) with 256-bit keys, and cases of project Wycheproof with 16-byte IVs,
/// whose initial counter block is derived by GHASH.
/// </summary>
public class AesGcmTaggedTests
{
    private const string Key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
    private const string Plaintext64 =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";

    private const string Plaintext60 =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";

    private const string AssociatedData = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    private const string WycheproofKey = "00112233445566778899aabbccddeeff1021324354657687";
    private const string Zeros40 = "00000000000000000000000000000000000000000000000000000000000000000000000000000000";

    public static TheoryData<string, string, string, string, string, string> Cases => new()
    {
        // 13 and 14
        { "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
        {
            "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "00000000000000000000000000000000", "",
            "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"
        },
        // 15
        {
            Key, "cafebabefacedbaddecaf888", Plaintext64, "",
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
            "b094dac5d93471bdec1a502270e3cc6c"
        },
        // 16
        {
            Key, "cafebabefacedbaddecaf888", Plaintext60, AssociatedData,
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
            "76fc6ece0f4e1768cddf8853bb2d551b"
        },
        // 17: IV of 8 bytes
        {
            Key, "cafebabefacedbad", Plaintext60, AssociatedData,
            "c3762df1ca787d32ae47c13bf19844cbaf1ae14d0b976afac52ff7d79bba9de0feb582d33934a4f0954cc2363bc73f7862ac430e64abe499f47c9b1f",
            "3a337dbf46a792c45e454913fe2ea8f2"
        },
        // 18: IV of 60 bytes
        {
            Key,
            "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b",
            Plaintext60, AssociatedData,
            "5a8def2f0c9e53f1f75d7853659e2a20eeb2b22aafde6419a058ab4f6f746bf40fc0c3b780f244452da3ebf1c5d82cdea2418997200ef82e44ae7e3f",
            "a44a8266ee1c8eb0c8b5d4cf5ae9f19a"
        },
        // Wycheproof 157: IV of 16 bytes
        {
            WycheproofKey, "029e0e777db092b12535d043012f09ba", Zeros40, "",
            "f83cee467336e1a09b75f24e9b4385c99c13e6af722256a66129ece961fe803b167bad206f5017fb", "09338a42f0acc14f97c064f52f5f1688"
        },
        // Wycheproof 159: IV of 16 bytes, counter wraps
        {
            WycheproofKey, "de9eb63b1daed321a11b7547cc9e223c", Zeros40, "",
            "575e2ecec2b3c72d4e80830d0d859ad9e42c29c4a68d8d9d8d23434de2cd07733be49d62ac1ae085", "6e4d6396125a10df5443bd0cbc8566d1"
        },
        // Wycheproof 175: IV of 16 bytes
        {
            "998750ba784841e40a7c5b03985732b6397e5459a3843954", "1d3d62eccd8ac5e896f2654a7f606fc9",
            "2f60ca3494a958dc3e6ebeb5d0b4e6dda0d0c4331ab9c957f6422a5100878ebf", "",
            "344c2cea17b06cb3da272e22a22a3a71ee0eaa1959a7facfff464660ddccedd1", "bab7fbf499ff06aad5f757b1c1a4fcc0"
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Seals_and_opens_and_opens_nothing_that_was_changed(
        string key, string iv, string plaintext, string associatedData, string ciphertext, string tag)
    {
        byte[] sealedText = AesGcmTagged.Seal(Hex(key), Hex(iv), Hex(plaintext), Hex(associatedData));
        byte[] changed = [.. sealedText];
        changed[0] ^= 1;

        Assert.Equal(ciphertext + tag, Convert.ToHexStringLower(sealedText));
        Assert.Equal(plaintext, Convert.ToHexStringLower(AesGcmTagged.Open(Hex(key), Hex(iv), sealedText, Hex(associatedData))));
        Assert.Throws<CryptographicException>(() => AesGcmTagged.Open(Hex(key), Hex(iv), changed, Hex(associatedData)));
        Assert.Throws<CryptographicException>(() => AesGcmTagged.Open(Hex(key), Hex(iv), Hex(tag).AsSpan(1), Hex(associatedData)));
    }

    private static byte[] Hex(string digits) => Convert.FromHexString(digits);
}
