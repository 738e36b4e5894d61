using System.Text;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace EspProv.Tests.Devices;

public class QrPayloadProperties
{
    [Property(Arbitrary = [typeof(Payloads)], MaxTest = 500)]
    public void Reading_what_was_written_gives_the_same_payload(QrPayload payload)
    {
        foreach (string? text in new[] { payload.ToJson(), payload.ToUrl(), payload.ToUrl(encode: false), AsFormEncoded(payload), AsAddressBar(payload) })
        {
            using var read = QrPayload.Parse(text);
            Assert.Equal(Describe(payload), Describe(read));
        }
    }

    [Property(MaxTest = 1000)]
    public void Whatever_is_not_a_payload_is_refused_and_nothing_else_happens(string text)
    {
        foreach (string? candidate in new[] { text ?? "", "{" + text, "https://example.com/?data=" + text, "{\"name\":\"" + text + "\",\"transport\":\"ble\"" })
            Assert.Throws<ProvisioningException>(() => QrPayload.Parse(candidate));
    }

    private static string AsFormEncoded(QrPayload payload) => QrPayload.PageUrl + "?data=" + System.Net.WebUtility.UrlEncode(payload.ToJson());

    /// <summary>What browsers do to a pasted URL: quotes, spaces and what is not ASCII are encoded, most else is not.</summary>
    private static string AsAddressBar(QrPayload payload) => QrPayload.PageUrl + "?data=" + string.Concat(
        Encoding.UTF8.GetBytes(payload.ToJson()).Select(b => b is > 0x20 and < 0x7f && !"\"%#&<>".Contains((char)b) ? ((char)b).ToString() : $"%{b:X2}"));

    private static string Describe(QrPayload p) => string.Join('|',
        p.Version, p.Name, p.Transport, p.SecurityVersion, p.Username ?? "(null)", Hex(p.ProofOfPossession), Hex(p.SoftApKey), p.Network,
        string.Join(';', p.Extra.Select(e => e.Key + "=" + e.Value)));

    private static string Hex(Secret? secret) => secret is null ? "(null)" : Convert.ToHexString(secret.Bytes);

    public static class Payloads
    {
        private static readonly string[] Pieces =
            ["a", "Z", "0", "_", "\"", "\\", "%", "%22", "%7B", "+", "&", "#", "=", "?", " ", "/", "'", "<", "{", "}", "é", "ß", "名", "😀", "\u0301", "\u0001", "\u007f", "\u2028", "data="];

        public static Arbitrary<QrPayload> Payload() => (
            from transport in Gen.Elements(ProvisioningTransport.Ble, ProvisioningTransport.SoftAP)
            from name in Text(1, 29)
            from security in OrNull(Gen.Elements<SecurityVersion?>(SecurityVersion.Security0, SecurityVersion.Security1, SecurityVersion.Security2))
            from username in OrNull(Text(0, 40))
            from pop in OrNull(Text(0, 64))
            from key in OrNull(Text(8, 63))
            from network in OrNull(Gen.Elements<ProvisioningNetwork?>(ProvisioningNetwork.Wifi, ProvisioningNetwork.Thread))
            from extra in OrNull(Text(0, 20))
            select new QrPayload
            {
                Name = name,
                Transport = transport,
                SecurityVersion = security,
                Username = username,
                ProofOfPossession = pop is null ? null : Secret.FromUtf8(pop),
                SoftApKey = key is null ? null : Secret.FromUtf8(key),
                Network = network,
                Extra = extra is null ? new Dictionary<string, string>() : new Dictionary<string, string>
                {
                    ["x" + extra] = System.Text.Json.JsonSerializer.Serialize(extra),
                },
            }).ToArbitrary();

        private static Gen<T?> OrNull<T>(Gen<T?> gen) => Gen.Frequency((1, Gen.Constant(default(T))), (2, gen));

        private static Gen<string?> Text(int fewest, int most) =>
            from count in Gen.Choose(fewest, most)
            from pieces in Gen.ArrayOf(Gen.Elements(Pieces), count)
            select Pad(string.Concat(Clip(pieces, most)), fewest);

        private static IEnumerable<string> Clip(string[] pieces, int most)
        {
            int bytes = 0;
            return pieces.TakeWhile(piece => (bytes += Encoding.UTF8.GetByteCount(piece)) <= most);
        }

        private static string Pad(string text, int fewest) => text + new string('p', Math.Max(0, fewest - Encoding.UTF8.GetByteCount(text)));
    }
}
