using System.Management.Automation;
using System.Runtime.Versioning;
using EspProv.Tests.Manufacturing.Labels;

namespace EspProv.ModuleTests.Manufacturing;

public sealed class NewEspQrCodeTests : QrTest
{
    private const string Stock = """{"ver":"v1","name":"PROV_EA69FC","pop":"abcd1234","transport":"ble"}""";
    private const string NewStock = "New-EspQrCode PROV_EA69FC -Transport Ble -ProofOfPossession abcd1234";

    [SkippableTheory]
    [InlineData("", true)]
    [InlineData(" -Invert", false)]
    public void Another_reader_reads_the_terminal(string parameter, bool lightText)
    {
        string blocks = Text(NewStock + parameter);
        Assert.Equal([Stock], OutsideReader.Decode(OutsideReader.Screenshot(blocks.Split('\n'), lightText), ".pgm"));
    }

    [SkippableTheory]
    [InlineData("code.png")]
    [InlineData("code.svg")]
    [InlineData("CODE.PNG")]
    public void Another_reader_reads_the_file(string name)
    {
        FileInfo file = Assert.IsType<FileInfo>(Assert.Single(RunClean($"{NewStock} -Path $folder/{name} -ErrorCorrection High")).BaseObject);

        byte[] picture = name.EndsWith("svg", StringComparison.Ordinal) ? OutsideReader.Draw(File.ReadAllText(file.FullName)) : File.ReadAllBytes(file.FullName);
        Assert.Equal([Stock], OutsideReader.Decode(picture, ".png"));
    }

    [SkippableFact]
    public void Another_reader_reads_the_png_of_the_pipeline()
        => Assert.Equal([Stock], OutsideReader.Decode((byte[])Assert.Single(RunClean(NewStock + " -As Png -PixelsPerModule 3")).BaseObject, ".png"));

    [SkippableFact]
    public void Another_reader_reads_every_label_of_a_batch()
    {
        RunClean("""
            1..8 | ForEach-Object { [pscustomobject]@{ Name = "PROV_$_"; Pop = "secret$_" } } |
                New-EspQrCode -Transport SoftAP -Sheet -Columns 2 -Rows 3 -PageSize Letter -Path $folder/labels.svg
            """);

        string[] read = [.. new[] { "labels.svg", "labels-2.svg" }.SelectMany(page =>
            OutsideReader.Decode(OutsideReader.Draw(File.ReadAllText(PathOf(page))), ".png"))];
        Assert.Equal(Enumerable.Range(1, 8).Select(i => $$"""{"ver":"v1","name":"PROV_{{i}}","pop":"secret{{i}}","transport":"softap"}"""), read.Order(StringComparer.Ordinal));
        Assert.False(File.Exists(PathOf("labels-3.svg")));
    }

    [Fact]
    public void Json_and_url_are_what_firmware_would_print()
    {
        Assert.Equal(Stock, Text(NewStock + " -As Json"));
        Assert.Equal("https://espressif.github.io/esp-jumpstart/qrcode.html?data=" + Uri.EscapeDataString(Stock), Text(NewStock + " -As Url"));
    }

    [Fact]
    public void A_code_that_was_read_is_written_as_it_was_and_what_is_typed_goes_before_it()
    {
        const string Full = """{"ver":"v1","name":"PROV_1","username":"me","pop":"abcd1234","transport":"softap","password":"12345678","network":"wifi","serial":"A1"}""";
        Assert.Equal(Full, Text("$text | ConvertFrom-EspQrCode | New-EspQrCode -As Json", ("text", Full)));
        Assert.Equal(Stock, Text("$text | ConvertFrom-EspQrCode | New-EspQrCode -As Json", ("text", Stock)));
        Assert.Equal(
            Full.Replace("abcd1234", "other", StringComparison.Ordinal),
            Text("$text | ConvertFrom-EspQrCode | New-EspQrCode -As Json -ProofOfPossession other", ("text", Full)));
    }

    [Fact]
    public void A_virtual_device_brings_its_secret_and_a_session_its_scheme()
    {
        Assert.Equal(
            """{"ver":"v1","name":"PROV_V","pop":"abcd1234","transport":"softap"}""",
            Text("Start-EspVirtualDevice -Name PROV_V | New-EspQrCode -As Json"));
        Assert.Equal(
            """{"ver":"v1","name":"PROV_V","pop":"abcd1234","transport":"softap","security":1}""",
            Text("Get-EspVirtualDevice PROV_V | Connect-EspProvSession -ProofOfPossession abcd1234 | New-EspQrCode -As Json -ProofOfPossession abcd1234"));
    }

    [Fact]
    public void Rows_with_username_and_password_are_codes_for_security_2()
        => Assert.Equal(
            """{"ver":"v1","name":"x","username":"wifiprov","pop":"pw","transport":"ble"}""",
            Text("[pscustomobject]@{ Name = 'x'; Username = 'wifiprov'; Password = 'pw'; SoftApKey = '' } | New-EspQrCode -Transport Ble -As Json"));

    [Fact]
    public void Credentials_with_generated_passwords_become_labels()
    {
        string html = Text("""
            $credentials = 'PROV_1', 'PROV_2' | ForEach-Object { New-EspSec2Credential -Name $_ -Username wifiprov -GeneratePassword }
            $credentials | New-EspQrCode -Transport Ble -Sheet -ShowProofOfPossession
            """);
        foreach (PSObject credential in RunClean("$credentials"))
        {
            Assert.Contains($"<title>{credential.Properties["Name"].Value}</title>", html, StringComparison.Ordinal);
            string password = new System.Net.NetworkCredential("", (System.Security.SecureString)credential.Properties["Password"].Value).Password;
            Assert.Contains($">{password}</text>", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_exists_is_replaced_only_by_force()
    {
        File.WriteAllText(PathOf("code.json"), "mine");

        Assert.Equal("FileNotWritable", IdOf(RunToError(NewStock + " -Path $folder/code.json")));
        Assert.Equal("mine", File.ReadAllText(PathOf("code.json")));

        RunClean(NewStock + " -Path $folder/code.json -Force");
        Assert.Equal(Stock, File.ReadAllText(PathOf("code.json")));
    }

    [Fact]
    public void A_folder_gets_one_file_a_device_under_a_name_that_stays_in_it()
    {
        Run("'PROV_1', '../PROV_2', '..', 'PROV_1' | ForEach-Object { [pscustomobject]@{ Name = $_ } } | New-EspQrCode -Transport Ble -Path $folder -As Svg");

        Assert.Equal([".._PROV_2.svg", "PROV_1.svg", "__.svg"], Directory.GetFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("ParameterConflict", IdOf(Assert.Single(Errors)));
    }

    [Fact]
    public void Html_has_the_names_and_the_paper()
    {
        string html = Text("1..3 | ForEach-Object { [pscustomobject]@{ Name = \"PROV_$_\"; Pop = \"secret$_\" } } | New-EspQrCode -Transport Ble -Sheet -ShowProofOfPossession");
        Assert.Contains("<title>PROV_3</title>", html, StringComparison.Ordinal);
        Assert.Contains(">secret2</text>", html, StringComparison.Ordinal);
        Assert.Contains("size: 210mm 297mm", html, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("code.png", "")]
    [InlineData("code.json", "")]
    [InlineData("labels.html", " -Sheet")]
    [InlineData("labels.svg", " -Sheet")]
    [UnsupportedOSPlatform("windows")]
    public void Files_are_their_owners_alone(string name, string parameters)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes.");
        RunClean($"{NewStock} -Path $folder/{name}{parameters}");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PathOf(name)));
    }

    [Theory]
    [InlineData("code.png", "")]
    [InlineData("labels.html", " -Sheet")]
    public void WhatIf_writes_nothing(string name, string parameters)
    {
        RunClean($"{NewStock} -Path $folder/{name}{parameters} -WhatIf");
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Theory]
    [InlineData(NewStock + " -Path $folder/code.doc", "ParameterConflict")]
    [InlineData(NewStock + " -Path $folder/code.html", "ParameterConflict")]
    [InlineData(NewStock + " -As Html", "ParameterConflict")]
    [InlineData(NewStock + " -Sheet -As Png", "ParameterConflict")]
    [InlineData(NewStock + " -Sheet -Path $folder", "ParameterConflict")]
    [InlineData(NewStock + " -Path $folder/none/code.png", "FileNotWritable")]
    [InlineData(NewStock + " -Sheet -Path $folder/none/labels.html", "FileNotWritable")]
    [InlineData(NewStock + " -Sheet -Columns 30 -Rows 50 -Path $folder/labels.html", "LabelTooSmall")]
    [InlineData(NewStock + " -Password other", "InvalidQrPayload")]
    [InlineData("New-EspQrCode x -Transport Serial", "UnsupportedQrTransport")]
    [InlineData("New-EspQrCode ('x' * 30) -Transport Ble", "InvalidServiceName")]
    [InlineData("New-EspQrCode x -Transport SoftAP -SoftApKey 1234567", "InvalidSoftApKey")]
    [InlineData("New-EspQrCode x -Transport Ble -Pop ('s' * 3000)", "QrPayloadTooLarge")]
    public void What_cannot_be_made_is_refused_and_leaves_no_file(string script, string id)
    {
        ErrorRecord error = RunToError(script);
        Assert.Equal(id, IdOf(error));
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.DoesNotContain("abcd1234", TextOf(error), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [Fact]
    public void A_sheet_has_the_labels_of_the_others_when_one_device_is_wrong()
    {
        string html = Text("'PROV_1', ('x' * 40), 'PROV_2' | ForEach-Object { [pscustomobject]@{ Name = $_ } } | New-EspQrCode -Transport Ble -Sheet -ErrorAction SilentlyContinue");
        Assert.Contains("<title>PROV_1</title>", html, StringComparison.Ordinal);
        Assert.Contains("<title>PROV_2</title>", html, StringComparison.Ordinal);
    }

    private string Text(string script, params (string Name, object? Value)[] variables) => (string)Assert.Single(Run(script, variables)).BaseObject;
}
