using System.Diagnostics;
using System.Text.Json;
using EspProv.Manufacturing.Credentials;
using EspProv.Manufacturing.Credentials.Files;

namespace EspProv.Tests.Manufacturing.Credentials.Files;

public class Sec2FileWriterTests
{
    private const string Salt = "036ee0c7bcb9eda84c9eac97d93decf4";

    [Fact]
    public void The_C_arrays_have_the_form_that_the_vendors_tool_prints()
    {
        using var password = Secret.FromUtf8("abcd1234");
        using Sec2Credential credential = new Sec2CredentialGenerator(SystemRandomSource.Instance).Create(
            new() { Username = "wifiprov", Password = password, Salt = Convert.FromHexString(Salt) });

        string[] lines = Text(output => new CArrayWriter(output), credential).Split('\n');

        Assert.Equal("static const char sec2_salt[] = {", lines[0]);
        Assert.Equal("    0x03, 0x6e, 0xe0, 0xc7, 0xbc, 0xb9, 0xed, 0xa8, 0x4c, 0x9e, 0xac, 0x97, 0xd9, 0x3d, 0xec, 0xf4", lines[1]);
        Assert.Equal(["};", "", "static const char sec2_verifier[] = {"], lines[2..5]);
        Assert.Equal("    0x7c, 0x7c, 0x85, 0x47, 0x65, 0x08, 0x94, 0x6d, 0xd6, 0x36, 0xaf, 0x37, 0xd7, 0xe8, 0x91, 0x43,", lines[5]);
        Assert.Equal("    0x78, 0xcf, 0xfd, 0x61, 0x6c, 0x59, 0xd2, 0xf8, 0x39, 0x08, 0x12, 0x72, 0x38, 0xde, 0x9e, 0x24,", lines[6]);
        Assert.Equal("    0xe6, 0xf6, 0x53, 0xc8, 0x31, 0xa8, 0x78, 0xde, 0x50, 0x40, 0xf7, 0x62, 0xde, 0x36, 0xb2, 0xba", lines[28]);
        Assert.Equal(["};", ""], lines[29..]);
    }

    [Fact]
    public void A_salt_of_17_bytes_takes_two_lines()
    {
        string text = Text(output => new CArrayWriter(output), Credential(salt: new byte[17]));
        Assert.Contains(", 0x00,\n    0x00\n};", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Forms_for_one_device_refuse_a_second()
    {
        foreach (Sec2FileWriter writer in (Sec2FileWriter[])[new CArrayWriter(new StringWriter()), new NvsCsvWriter(new StringWriter())])
        {
            Assert.True(writer.TakesOne);
            writer.Write(Credential());
            Assert.Throws<ArgumentException>(() => writer.Write(Credential()));
        }
    }

    [Fact]
    public void A_header_for_one_device_has_the_names_of_the_stock_example()
    {
        string text = Text(output => new CHeaderWriter(output, "my-device.h"), Credential());
        Assert.Contains("#ifndef MY_DEVICE_H\n#define MY_DEVICE_H\n", text, StringComparison.Ordinal);
        Assert.Contains("#define SEC2_USERNAME \"wifiprov\"\n", text, StringComparison.Ordinal);
        Assert.Contains("\nstatic const char sec2_salt[] = {\n", text, StringComparison.Ordinal);
        Assert.Contains("\nstatic const char sec2_verifier[] = {\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n#endif /* MY_DEVICE_H */\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_for_many_devices_gives_each_names_of_its_own()
    {
        string text = Text(
            output => new CHeaderWriter(output, "2fleet.h"),
            Credential("PROV_01"), Credential("PROV-01"), Credential("prov 01"), Credential("Küche"), Credential(), Credential());
        Assert.Contains("#ifndef SEC2_2FLEET_H\n", text, StringComparison.Ordinal);
        foreach (string suffix in (string[])["PROV_01", "PROV_01_2", "prov_01_3", "K_che", "wifiprov", "wifiprov_2"])
        {
            Assert.Contains($"static const char sec2_salt_{suffix}[] = {{\n", text, StringComparison.Ordinal);
            Assert.Contains($"static const char sec2_verifier_{suffix}[] = {{\n", text, StringComparison.Ordinal);
            Assert.Contains($"#define SEC2_USERNAME_{suffix} ", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Names_stay_unique_when_one_looks_like_anothers_ending()
    {
        var names = new UniqueNames();
        Assert.Equal(["a", "a_2", "a_2_2", "a_3", "_", "__2"], new[] { "a", "a", "a_2", "a", "", "" }.Select(names.Next));
    }

    [SkippableFact]
    public void A_C_compiler_takes_the_header_whatever_the_devices_are_called()
    {
        Skip.IfNot(HasCompiler(), "There is no gcc here.");
        string[] names = ["plain", "*/ #error name", "back\\", "tri??/", "Küche", "/* x", "plain"];
        string text = Text(
            output => new CHeaderWriter(output),
            [.. names.Select((name, i) => Credential(name, "user \"" + name + "\" 7"))]);

        // Including it twice shows the guard at work, using each array that each is there.
        string source = text + text + "int main(void) { return sizeof(sec2_salt_plain) == 16 && sizeof(sec2_verifier_plain_2) == 3"
            + " && sizeof(SEC2_USERNAME_K_che) == 16 ? 0 : 1; }\n";
        Assert.Equal("", CompileAndRun(source));
    }

    [Fact]
    public void The_NVS_CSV_has_a_namespace_a_string_and_two_blobs() => Assert.Equal(
        "key,type,encoding,value\n"
        + "prov,namespace,,\n"
        + "user,data,string,\"a,b \"\"c\"\"\"\n"
        + $"sec2_salt,data,hex2bin,{Salt}\n"
        + "sec2_verifier,data,hex2bin,7c00ba\n",
        Text(output => new NvsCsvWriter(output, new NvsNames("prov", "user", "sec2_salt", "sec2_verifier")), Credential(username: "a,b \"c\"")));

    [Fact]
    public void The_manufacturing_tools_files_name_the_same_keys_in_the_same_order()
    {
        Assert.Equal("sec2,namespace,\nusername,data,string\nsalt,data,hex2bin\nverifier,data,hex2bin\n", MassManufacturingWriter.Configuration());
        Assert.Equal(
            "id,username,salt,verifier\n"
            + $"PROV_01,wifiprov,{Salt},7c00ba\n"
            + $"2,wifiprov,{Salt},7c00ba\n"
            + $"PROV_01_2,wifiprov,{Salt},7c00ba\n",
            Text(output => new MassManufacturingWriter(output), Credential("PROV/01"), Credential(), Credential("PROV 01")));
    }

    [Theory]
    [InlineData("", "u", "s", "v")]
    [InlineData("sixteen_letters_", "u", "s", "v")]
    [InlineData("n", "u", "u", "v")]
    [InlineData("n", "u", "s", "v,x")]
    [InlineData("n", "id", "s", "v")]
    [InlineData("n", "namespace", "s", "v")]
    [InlineData("namespace", "u", "s", "v")]
    public void Names_that_NVS_or_the_tools_cannot_take_are_refused(string space, string username, string salt, string verifier) =>
        Assert.Throws<ArgumentException>(() => new NvsNames(space, username, salt, verifier));

    [Fact]
    public void The_JSON_is_an_array_of_objects_without_passwords()
    {
        string text = Text(output => new JsonWriter(output), Credential("Küche \"1\""), Credential(password: "hush-hush"));
        Assert.DoesNotContain("hush", text, StringComparison.Ordinal);
        JsonElement[] items = [.. JsonDocument.Parse(text).RootElement.EnumerateArray()];
        Assert.Equal(2, items.Length);
        Assert.Equal("Küche \"1\"", items[0].GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, items[1].GetProperty("name").ValueKind);
        Assert.Equal("wifiprov", items[0].GetProperty("username").GetString());
        Assert.Equal(Salt, items[0].GetProperty("salt").GetString());
        Assert.Equal("7c00ba", items[0].GetProperty("verifier").GetString());
    }

    [Fact]
    public void The_label_list_holds_the_generated_passwords() => Assert.Equal(
        "name,username,password\n\"Box, 1\",wifiprov,secret-1\n2,wifiprov,\"say \"\"x\"\"\"\n",
        Text(output => new LabelListWriter(output), Credential("Box, 1", password: "secret-1"), Credential(password: "say \"x\"")));

    [Theory]
    [InlineData("=HYPERLINK(x)", "'=HYPERLINK(x)")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@x", "'@x")]
    [InlineData("\tx", "\\u{9}x")]
    [InlineData("\u001b[2J", "\\u{1B}[2J")]
    [InlineData("a=1", "a=1")]
    public void The_label_list_has_no_cell_that_a_spreadsheet_or_a_terminal_would_run(string name, string cell) => Assert.Equal(
        $"name,username,password\n{cell},{(name[0] is '\t' or '\u001b' ? "u" : cell)},secret-1\n",
        Text(output => new LabelListWriter(output), Credential(name, name[0] is '\t' or '\u001b' ? "u" : name, password: "secret-1")));

    [Fact]
    public void The_label_list_refuses_a_password_that_a_spreadsheet_would_run()
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => Text(output => new LabelListWriter(output), Credential("Box", password: "=secret1")));
        Assert.DoesNotContain("secret1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_for_tools_hold_a_username_as_it_is() =>
        Assert.Contains("username,data,string,-admin\n", Text(output => new NvsCsvWriter(output), Credential(username: "-admin")), StringComparison.Ordinal);

    [Fact]
    public void The_label_list_refuses_a_credential_whose_password_is_not_known()
    {
        var writer = new LabelListWriter(new StringWriter());
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => writer.Write(Credential("Box")));
        Assert.Contains("Box", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_label_list_holds_passwords()
    {
        foreach (Func<TextWriter, Sec2FileWriter> form in (Func<TextWriter, Sec2FileWriter>[])[
            output => new CArrayWriter(output), output => new CHeaderWriter(output), output => new NvsCsvWriter(output),
            output => new MassManufacturingWriter(output), output => new JsonWriter(output)])
        {
            Assert.DoesNotContain("hush", Text(form, Credential(password: "hush-hush")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Files_of_no_device_at_all_are_well_formed()
    {
        Assert.Equal("[]\n", Text(output => new JsonWriter(output)));
        Assert.Equal("name,username,password\n", Text(output => new LabelListWriter(output)));
        Assert.Equal("id,username,salt,verifier\n", Text(output => new MassManufacturingWriter(output)));
        Assert.EndsWith("#endif /* SEC2_CREDENTIALS_H */\n", Text(output => new CHeaderWriter(output)), StringComparison.Ordinal);
        Assert.StartsWith("/*", Text(output => new CHeaderWriter(output)), StringComparison.Ordinal);
    }

    private static string Text(Func<TextWriter, Sec2FileWriter> form, params Sec2Credential[] credentials)
    {
        var output = new StringWriter();
        Sec2FileWriter writer = form(output);
        foreach (Sec2Credential credential in credentials)
            writer.Write(credential);
        writer.Complete();
        return output.ToString();
    }

    private static Sec2Credential Credential(string? name = null, string username = "wifiprov", byte[]? salt = null, string? password = null)
        => new(name, username, salt ?? Convert.FromHexString(Salt), [0, 0x7c, 0, 0xba], password is null ? null : Secret.FromUtf8(password));

    private static bool HasCompiler()
    {
        try
        {
            return Run("gcc", "--version").ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>What the compiler had to say, else what the program's exit code was unless 0.</summary>
    private static string CompileAndRun(string source)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("espprov");
        try
        {
            string file = Path.Combine(folder.FullName, "test.c"), program = Path.Combine(folder.FullName, "test");
            File.WriteAllText(file, source);
            (int compiled, string said) = Run("gcc", "-std=c99", "-Wall", "-Werror", "-Wno-unused-variable", "-o", program, file);
            if (compiled != 0)
                return said;
            (int exitCode, _) = Run(program);
            return exitCode == 0 ? "" : $"exit code {exitCode}";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (int ExitCode, string Said) Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string error = process.StandardError.ReadToEnd();
        output.Wait();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
