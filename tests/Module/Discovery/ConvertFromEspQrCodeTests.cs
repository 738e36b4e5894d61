using System.Management.Automation;
using System.Net;
using System.Security;
using EspProv.ModuleTests.Manufacturing;

namespace EspProv.ModuleTests.Discovery;

public sealed class ConvertFromEspQrCodeTests : QrTest
{
    private const string Stock = """{"ver":"v1","name":"PROV_EA69FC","pop":"abcd1234","transport":"ble"}""";

    [Fact]
    public void The_stock_code_becomes_an_object_with_its_secret_hidden()
    {
        PSObject code = Assert.Single(RunClean("$text | ConvertFrom-EspQrCode", ("text", Stock)));

        Assert.Equal("PROV_EA69FC", code.Properties["Name"].Value);
        Assert.Equal("Ble", code.Properties["Transport"].Value.ToString());
        Assert.Null(code.Properties["SecurityVersion"].Value);
        Assert.Equal("abcd1234", TextOf(code, "ProofOfPossession"));
        Assert.Null(code.Properties["Password"].Value);
        Assert.Equal("v1", code.Properties["Version"].Value);
        Assert.Equal("PROV_EA69FC", code.ToString());
    }

    [Fact]
    public void Every_field_of_a_security_2_code_is_there()
    {
        PSObject code = Assert.Single(RunClean("ConvertFrom-EspQrCode $text", ("text", """
            {"ver":"v1","name":"PROV_1","username":"me","pop":"abcd1234","transport":"softap","password":"12345678","network":"thread","serial":"A1"}
            """)));

        Assert.Equal("Security2", code.Properties["SecurityVersion"].Value.ToString());
        Assert.Equal("me", code.Properties["Username"].Value);
        Assert.Equal("abcd1234", TextOf(code, "Password"));
        Assert.Equal("12345678", TextOf(code, "SoftApKey"));
        Assert.Equal("192.168.4.1", code.Properties["Address"].Value);
        Assert.Equal("Thread", code.Properties["Network"].Value.ToString());
        Assert.Equal("\"A1\"", ((IReadOnlyDictionary<string, string>)code.Properties["Extra"].Value)["serial"]);
    }

    [Theory]
    [InlineData("Security1")]
    [InlineData("Security2")]
    public void A_code_from_a_monitor_log_pipes_into_a_session(string security)
    {
        PSObject session = Assert.Single(RunClean("""
            $device = Start-EspVirtualDevice -SecurityVersion $security -ShowQr
            (Get-EspVirtualDeviceLog $device.Name).Line -like 'https://*' | ConvertFrom-EspQrCode |
                Connect-EspProvSession -Address $device.Address
            """, ("security", security)));

        Assert.Equal(security, session.Properties["SecurityVersion"].Value.ToString());
        Assert.Empty(Streams.Warning);
    }

    [Fact]
    public void A_bad_code_is_one_error_without_its_secret_and_the_next_is_read()
    {
        IReadOnlyList<PSObject> codes = Run("""'{"ver":"v1","name":"x","transport":"ble","pop":"hunter2"', $text | ConvertFrom-EspQrCode""", ("text", Stock));

        Assert.Single(codes);
        ErrorRecord error = Assert.Single(Errors);
        Assert.Equal("InvalidQrPayload", IdOf(error));
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Null(error.TargetObject);
        Assert.DoesNotContain("hunter2", TextOf(error), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_have_a_code_a_line_or_one_over_several_lines()
    {
        File.WriteAllText(PathOf("lines.txt"), Stock + "\r\n\r\n" + Stock.Replace("EA69FC", "000002", StringComparison.Ordinal) + "\n");
        File.WriteAllText(PathOf("[one].json"), Stock.Replace(",", ",\n  ", StringComparison.Ordinal).Replace("{", "{\n", StringComparison.Ordinal));

        Assert.Equal(["PROV_EA69FC", "PROV_000002"], Names("ConvertFrom-EspQrCode -Path $folder/l*.txt"));
        Assert.Equal(["PROV_EA69FC"], Names("ConvertFrom-EspQrCode -LiteralPath \"$folder/[one].json\""));
        Assert.Equal(["PROV_EA69FC"], Names("[pscustomobject]@{ PSPath = \"$folder/[one].json\" } | ConvertFrom-EspQrCode"));
    }

    [Theory]
    [InlineData("ConvertFrom-EspQrCode -Path $folder/none*.txt")]
    [InlineData("ConvertFrom-EspQrCode -LiteralPath $folder/none.txt")]
    public void A_file_that_is_not_there_is_an_error(string script) => Assert.Equal("FileNotReadable", IdOf(RunToError(script)));

    private IEnumerable<object> Names(string script) => RunClean(script).Select(code => code.Properties["Name"].Value);

    private static string TextOf(PSObject code, string property)
        => new NetworkCredential("", (SecureString)code.Properties[property].Value).Password;
}
