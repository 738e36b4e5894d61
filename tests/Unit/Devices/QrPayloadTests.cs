using System.Text;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Tests.Devices;

public class QrPayloadTests
{
    private const string Stock = """{"ver":"v1","name":"PROV_EA69FC","pop":"abcd1234","transport":"ble"}""";

    /// <summary>What the stock example prints, and the same thing as a browser and two kinds of encoder pass it on.</summary>
    [Theory]
    [InlineData(Stock)]
    [InlineData("  \r\n" + Stock + "\n")]
    [InlineData("\uFEFF" + Stock)]
    [InlineData("https://espressif.github.io/esp-jumpstart/qrcode.html?data=" + Stock)]
    [InlineData("https://espressif.github.io/esp-jumpstart/qrcode.html?data=%7B%22ver%22%3A%22v1%22%2C%22name%22%3A%22PROV_EA69FC%22%2C%22pop%22%3A%22abcd1234%22%2C%22transport%22%3A%22ble%22%7D")]
    [InlineData("https://espressif.github.io/esp-jumpstart/qrcode.html?data={%22ver%22:%22v1%22,%22name%22:%22PROV_EA69FC%22,%22pop%22:%22abcd1234%22,%22transport%22:%22ble%22}")]
    [InlineData("HTTPS://rainmaker.espressif.com/qrcode.html?lang=en&data=%7b%22ver%22%3a%22v1%22,%22name%22:+%22PROV_EA69FC%22,%22pop%22:%22abcd1234%22,%22transport%22:%22BLE%22%7d&x=1#top")]
    public void Every_form_of_the_stock_code_is_read(string text)
    {
        using var payload = QrPayload.Parse(text);

        Assert.Equal("v1", payload.Version);
        Assert.Equal("PROV_EA69FC", payload.Name);
        Assert.Equal(ProvisioningTransport.Ble, payload.Transport);
        Assert.Equal("abcd1234", TextOf(payload.ProofOfPossession));
        Assert.Null(payload.SecurityVersion);
        Assert.Null(payload.Username);
        Assert.Null(payload.SoftApKey);
        Assert.Null(payload.Network);
        Assert.Empty(payload.Extra);
    }

    [Theory]
    [InlineData("12345678")]
    [InlineData("12345678901234567890")]
    [InlineData("12345678901234567890123456789012")]
    public void Digits_without_quotes_are_a_secret_as_they_stand(string digits)
    {
        using var payload = QrPayload.Parse(
            $$"""{"ver":"v1","name":"x","pop":{{digits}},"transport":"softap","password":12345678}""");
        Assert.Equal(digits, TextOf(payload.ProofOfPossession));
        Assert.Equal("12345678", TextOf(payload.SoftApKey));
    }

    [Fact]
    public void Every_field_is_read_and_unknown_ones_are_kept()
    {
        using var payload = QrPayload.Parse("""
            {"ver":"v1","name":"PROV_261FCC","username":"wifiprov","pop":"ab\"cd\u00e9","transport":"softap",
             "security":2,"password":"key of the AP","network":"thread","serial":"0042","batch":{"n": [1, 2]}}
            """);

        Assert.Equal("wifiprov", payload.Username);
        Assert.Equal("ab\"cdé", TextOf(payload.ProofOfPossession));
        Assert.Equal(ProvisioningTransport.SoftAP, payload.Transport);
        Assert.Equal(SecurityVersion.Security2, payload.SecurityVersion);
        Assert.Equal("key of the AP", TextOf(payload.SoftApKey));
        Assert.Equal(ProvisioningNetwork.Thread, payload.Network);
        Assert.Equal(["serial", "batch"], payload.Extra.Keys);
        Assert.Equal("""{"n": [1, 2]}""", payload.Extra["batch"]);
    }

    [Theory]
    [InlineData("\"security\":0", SecurityVersion.Security0)]
    [InlineData("\"security\":\"1\"", SecurityVersion.Security1)]
    [InlineData("\"security\":2", SecurityVersion.Security2)]
    public void The_scheme_may_be_a_number_or_a_string(string field, SecurityVersion expected)
    {
        using var payload = QrPayload.Parse($$"""{"ver":"v1","name":"x","transport":"ble",{{field}}}""");
        Assert.Equal(expected, payload.SecurityVersion);
    }

    [Fact]
    public void A_code_without_optional_fields_has_nulls_and_an_empty_pop_stays_empty()
    {
        using var bare = QrPayload.Parse("""{"name":"x","transport":"softap","pop":null,"password":""}""");
        Assert.Null(bare.ProofOfPossession);
        Assert.Null(bare.SoftApKey);

        using var noPop = QrPayload.Parse("""{"ver":"v1","name":"x","transport":"softap","pop":""}""");
        Assert.True(noPop.ProofOfPossession!.IsEmpty);
        Assert.Equal("""{"ver":"v1","name":"x","pop":"","transport":"softap"}""", noPop.ToJson());
    }

    [Fact]
    public void Fields_are_written_in_the_order_of_firmware_and_compact()
    {
        using var payload = new QrPayload
        {
            Name = "PROV_261FCC",
            Username = "wifiprov",
            ProofOfPossession = Secret.FromUtf8("a+b&c<é>'"),
            Transport = ProvisioningTransport.SoftAP,
            SecurityVersion = SecurityVersion.Security2,
            SoftApKey = Secret.FromUtf8("12345678"),
            Network = ProvisioningNetwork.Wifi,
            Extra = new Dictionary<string, string> { ["serial"] = "42" },
        };

        Assert.Equal(
            """{"ver":"v1","name":"PROV_261FCC","username":"wifiprov","pop":"a+b&c<é>'","transport":"softap","security":2,"password":"12345678","network":"wifi","serial":42}""",
            payload.ToJson());
    }

    [Fact]
    public void The_stock_payload_is_written_byte_for_byte_as_firmware_prints_it()
    {
        using var payload = QrPayload.Parse(Stock);
        Assert.Equal(Stock, payload.ToJson());
        Assert.Equal("https://espressif.github.io/esp-jumpstart/qrcode.html?data=" + Stock, payload.ToUrl(encode: false));
        Assert.True(Uri.IsWellFormedUriString(payload.ToUrl(), UriKind.Absolute));
    }

    [Theory]
    [InlineData("", ProvisioningErrorReason.InvalidQrPayload, "empty")]
    [InlineData("hunter2-secret", ProvisioningErrorReason.InvalidQrPayload, "line 1, at byte 1")]
    [InlineData("DPP:C:81/1;M:5e:a2:8f:d4:7c:10;K:hunter2-secret;;", ProvisioningErrorReason.InvalidQrPayload, "Easy Connect")]
    [InlineData("MT:hunter2-secret", ProvisioningErrorReason.InvalidQrPayload, "Matter")]
    [InlineData(" WIFI:T:WPA;S:net;P:hunter2-secret;;", ProvisioningErrorReason.InvalidQrPayload, "of a Wi-Fi network")]
    [InlineData("""{"ver":"v1","name":"x","pop":-123.5,"transport":"ble"}""", ProvisioningErrorReason.InvalidQrPayload, "'pop' is not a string")]
    [InlineData("""{"pop":"hunter2-secret","name":x}""", ProvisioningErrorReason.InvalidQrPayload, "line 1, at byte 32")]
    [InlineData("{\n\"pop\":\"hunter2-secret\"\n\"name\"", ProvisioningErrorReason.InvalidQrPayload, "line 3, at byte 1")]
    [InlineData("""{"pop":"hunter2-secret""", ProvisioningErrorReason.InvalidQrPayload, "line 1")]
    [InlineData("""{"ver":"v1","name":"x","pop":"hunter2-secret","transport":"ble"} trailing""", ProvisioningErrorReason.InvalidQrPayload, "line 1")]
    [InlineData("""["hunter2-secret"]""", ProvisioningErrorReason.InvalidQrPayload, "not an object")]
    [InlineData("\"hunter2-secret\"", ProvisioningErrorReason.InvalidQrPayload, "not an object")]
    [InlineData("""{"ver":"v1","pop":"hunter2-secret","transport":"ble"}""", ProvisioningErrorReason.InvalidQrPayload, "no 'name'")]
    [InlineData("""{"ver":"v1","name":"","pop":"hunter2-secret","transport":"ble"}""", ProvisioningErrorReason.InvalidQrPayload, "no 'name'")]
    [InlineData("""{"ver":"v1","name":"x","pop":"hunter2-secret"}""", ProvisioningErrorReason.InvalidQrPayload, "no 'transport'")]
    [InlineData("""{"ver":"v2","name":"x","pop":"hunter2-secret","transport":"ble"}""", ProvisioningErrorReason.UnsupportedQrVersion, "'v2'")]
    [InlineData("""{"ver":1,"name":"x","pop":"hunter2-secret","transport":"ble"}""", ProvisioningErrorReason.InvalidQrPayload, "'ver'")]
    [InlineData("""{"ver":"v1","name":"x","pop":"hunter2-secret","transport":"usb"}""", ProvisioningErrorReason.UnsupportedQrTransport, "'usb'")]
    [InlineData("""{"ver":"v1","name":"x","pop":"hunter2-secret","transport":"ble","security":3}""", ProvisioningErrorReason.InvalidQrPayload, "'security'")]
    [InlineData("""{"ver":"v1","name":"x","pop":"hunter2-secret","transport":"ble","security":"sec2"}""", ProvisioningErrorReason.InvalidQrPayload, "'security'")]
    [InlineData("""{"ver":"v1","name":"x","pop":"hunter2-secret","transport":"ble","network":"lora"}""", ProvisioningErrorReason.InvalidQrPayload, "'lora'")]
    [InlineData("""{"ver":"v1","name":"x","pop":"hunter2-secret","pop":"other","transport":"ble"}""", ProvisioningErrorReason.InvalidQrPayload, "'pop' twice")]
    [InlineData("""{"ver":"v1","name":"x","pop":["hunter2-secret"],"transport":"ble"}""", ProvisioningErrorReason.InvalidQrPayload, "'pop' is not a string")]
    [InlineData("""{"ver":"v1","name":"x","pop":-1.5e3,"transport":"ble"}""", ProvisioningErrorReason.InvalidQrPayload, "'pop' is not a string")]
    [InlineData("""{"ver":"v1","name":"x","pop":"hunter2-secret\ud800","transport":"ble"}""", ProvisioningErrorReason.InvalidQrPayload, "Unicode")]
    [InlineData("""{"ver":"v1","name":"123456789012345678901234567890","pop":"hunter2-secret","transport":"ble"}""", ProvisioningErrorReason.InvalidServiceName, "30 bytes")]
    [InlineData("""{"ver":"v1","name":"éééééééééééééééé!","pop":"hunter2-secret","transport":"softap"}""", ProvisioningErrorReason.InvalidServiceName, "33 bytes")]
    [InlineData("""{"ver":"v1","name":"x","pop":"hunter2-secret","transport":"softap","password":"1234567"}""", ProvisioningErrorReason.InvalidSoftApKey, "7 bytes")]
    [InlineData("https://example.com/qrcode.html", ProvisioningErrorReason.InvalidQrPayload, "'data'")]
    [InlineData("https://example.com/?metadata=hunter2-secret", ProvisioningErrorReason.InvalidQrPayload, "'data'")]
    [InlineData("https://example.com/?data=%7Bhunter2-secret%2", ProvisioningErrorReason.InvalidQrPayload, "character 44")]
    [InlineData("https://example.com/?data=%FFhunter2-secret", ProvisioningErrorReason.InvalidQrPayload, "Unicode")]
    public void A_bad_code_is_refused_with_the_reason_and_without_its_secrets(string text, ProvisioningErrorReason reason, string says)
    {
        ProvisioningException error = Assert.Throws<ProvisioningException>(() => QrPayload.Parse(text));

        Assert.Equal(reason, error.Reason);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hostile_name_cannot_steer_the_terminal_through_an_error()
    {
        string name = new string('\u001b', 200);
        using var payload = new QrPayload { Name = name, Transport = ProvisioningTransport.Ble };
        ProvisioningException error = Assert.Throws<ProvisioningException>(payload.Validate);
        Assert.DoesNotContain('\u001b', error.Message);
        Assert.True(error.Message.Length < 200);
    }

    [Fact]
    public void A_payload_of_a_transport_that_codes_do_not_know_is_not_written()
    {
        using var payload = new QrPayload { Name = "x", Transport = ProvisioningTransport.Serial };
        Assert.Equal(ProvisioningErrorReason.UnsupportedQrTransport, Assert.Throws<ProvisioningException>(payload.ToJson).Reason);
    }

    [Fact]
    public void Secrets_that_are_not_text_are_not_written()
    {
        using var payload = new QrPayload { Name = "x", Transport = ProvisioningTransport.Ble, ProofOfPossession = new Secret([0xff, 0xfe]) };
        Assert.Equal(ProvisioningErrorReason.InvalidQrPayload, Assert.Throws<ProvisioningException>(payload.ToJson).Reason);
    }

    [Theory]
    [InlineData("pop", "1")]
    [InlineData("serial", "not json")]
    public void An_extra_field_must_be_extra_and_json(string field, string value)
    {
        using var payload = new QrPayload { Name = "x", Transport = ProvisioningTransport.Ble, Extra = new Dictionary<string, string> { [field] = value } };
        Assert.Equal(ProvisioningErrorReason.InvalidQrPayload, Assert.Throws<ProvisioningException>(payload.ToJson).Reason);
    }

    [Fact]
    public void ToString_has_the_name_and_no_secret()
    {
        using var payload = QrPayload.Parse(Stock);
        Assert.Equal("PROV_EA69FC (Ble)", payload.ToString());
    }

    [Theory]
    [InlineData(Stock, null, null, null, "abcd1234")]
    [InlineData("""{"ver":"v1","name":"x","username":"me","pop":"abcd1234","transport":"ble"}""", SecurityVersion.Security2, "me", "abcd1234", null)]
    [InlineData("""{"ver":"v1","name":"x","username":"me","pop":"abcd1234","transport":"ble","security":1}""", SecurityVersion.Security1, null, null, "abcd1234")]
    [InlineData("""{"ver":"v1","name":"x","pop":"abcd1234","transport":"ble","security":2}""", SecurityVersion.Security2, "wifiprov", "abcd1234", null)]
    [InlineData("""{"ver":"v1","name":"x","pop":"abcd1234","transport":"ble","security":2,"network":"thread"}""", SecurityVersion.Security2, "threadprov", "abcd1234", null)]
    [InlineData("""{"ver":"v1","name":"x","transport":"ble"}""", null, null, null, null)]
    [InlineData("""{"ver":"v1","name":"x","pop":"abcd1234","transport":"ble","security":0}""", null, null, null, "abcd1234")]
    public void The_pop_is_the_proof_or_the_password_as_the_scheme_wants_it(string text, SecurityVersion? expected, string? username, string? password, string? pop)
    {
        using var payload = QrPayload.Parse(text);
        using SecurityCredential credential = payload.CreateCredential();
        payload.Dispose();

        Assert.Equal(expected, payload.ExpectedSecurityVersion);
        Assert.Equal(username, credential.Username);
        Assert.Equal(password, TextOf(credential.Password));
        Assert.Equal(pop, TextOf(credential.ProofOfPossession));
    }

    private static string? TextOf(Secret? secret) => secret is null ? null : Encoding.UTF8.GetString(secret.Bytes);
}
