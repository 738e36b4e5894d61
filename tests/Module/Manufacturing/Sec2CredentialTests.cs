using System.Management.Automation;
using System.Security;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Manufacturing;

public sealed class Sec2CredentialTests : ModuleTest
{
    private const string Stock = "New-EspSec2Credential wifiprov abcd1234 -Salt 036ee0c7bcb9eda84c9eac97d93decf4";

    // SHA-512("wifiprov:quirk<n>") begins with a zero byte for this one.
    private static readonly string Quirky = Enumerable.Range(0, int.MaxValue).Select(i => $"quirk{i}")
        .First(password => System.Security.Cryptography.SHA512.HashData(System.Text.Encoding.UTF8.GetBytes($"wifiprov:{password}"))[0] == 0);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("espprov");

    public override void Dispose()
    {
        base.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(Stock)]
    [InlineData("New-EspSec2Credential -Username wifiprov -Password $secure -Salt 03:6e:e0:c7:bc:b9:ed:a8:4c:9e:ac:97:d9:3d:ec:f4")]
    [InlineData("New-EspSec2Credential -Credential $credential -Salt ([Convert]::FromHexString('036ee0c7bcb9eda84c9eac97d93decf4'))")]
    [InlineData("[pscustomobject]@{ Username = 'wifiprov'; Password = 'abcd1234'; Salt = '036ee0c7bcb9eda84c9eac97d93decf4' } | New-EspSec2Credential")]
    public void Every_way_in_gives_the_stock_verifier(string command)
    {
        RunClean("$secure = [securestring]::new(); 'abcd1234'.ToCharArray() | ForEach-Object { $secure.AppendChar($_) }; $credential = [pscredential]::new('wifiprov', $secure)");
        string verifier = RunClean<string>($"$made = {command}; $made.Verifier");
        Assert.StartsWith("7c7c85476508946d", verifier, StringComparison.Ordinal);
        Assert.EndsWith("de36b2ba", verifier, StringComparison.Ordinal);
        Assert.Equal("036ee0c7bcb9eda84c9eac97d93decf4 wifiprov", RunClean<string>("\"$($made.Salt) $($made.Username)\""));
        Assert.True(RunClean<bool>("$null -eq $made.Password"));
        Assert.True(RunClean<bool>("$made | Test-EspSec2Credential -Password abcd1234"));
    }

    [Fact]
    public void A_piped_batch_comes_out_in_order_with_salts_and_passwords_of_its_own()
    {
        RunClean("$made = 1..50 | ForEach-Object { [pscustomobject]@{ Name = \"d$_\"; Username = 'wifiprov'; Salt = '' } } | New-EspSec2Credential -GeneratePassword -PasswordLength 10 -PasswordAlphabet 0123456789 -SaltLength 20");
        Assert.Equal(string.Join(' ', Enumerable.Range(1, 50).Select(i => $"d{i}")), RunClean<string>("$made.Name -join ' '"));
        Assert.Equal(50, RunClean("$made.Salt").Select(salt => salt.ToString()).Where(salt => salt.Length == 40).Distinct().Count());
        string[] passwords = [.. RunClean("$made.Password").Select(password => new PSCredential("u", (SecureString)password.BaseObject).GetNetworkCredential().Password)];
        Assert.Equal(50, passwords.Where(password => password.Length == 10 && password.All(char.IsAsciiDigit)).Distinct().Count());
        Assert.Equal(50, RunClean<int>("@($made | Test-EspSec2Credential | Where-Object { $_ }).Count"));
        Assert.Equal(0, RunClean<int>("@($made | Test-EspSec2Credential -Password 0123456789 | Where-Object { $_ }).Count"));
    }

    [Fact]
    public void Nothing_that_is_shown_or_exported_to_a_file_of_objects_holds_the_password()
    {
        string password = Password("$made = New-EspSec2Credential wifiprov -GeneratePassword");
        string shown = string.Concat(RunClean("\"$made\"; $made.psobject.Properties | ForEach-Object { \"$($_.Value)\" }").Select(item => item.ToString()));
        Assert.DoesNotContain(password, shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_password_with_a_leading_zero_in_its_hash_is_warned_about_with_the_reason()
    {
        RunClean("$made = New-EspSec2Credential wifiprov $password", ("password", Quirky));
        string warning = Assert.Single(Streams.Warning).Message;
        Assert.Contains("zero byte", warning, StringComparison.Ordinal);
        Assert.DoesNotContain(Quirky, warning, StringComparison.Ordinal);
        Assert.True(RunClean<bool>("$made | Test-EspSec2Credential -Password $password"));
        RunClean(Stock);
        Assert.Empty(Streams.Warning);
    }

    [Fact]
    public void A_given_salt_with_a_leading_zero_byte_is_warned_about_where_it_is_given_and_where_it_is_tested()
    {
        RunClean("$made = New-EspSec2Credential wifiprov abcd1234 -Salt 00112233445566778899aabbccddeeff");
        Assert.Contains("The salt in the credential of 'wifiprov' begins with a zero byte", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
        Assert.True(RunClean<bool>("$made | Test-EspSec2Credential -Password abcd1234"));
        Assert.Contains("zero byte", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
        Assert.True(RunClean<bool>($"{Stock} | Test-EspSec2Credential -Password abcd1234"));
        Assert.Empty(Streams.Warning);
    }

    [Theory]
    [InlineData("New-EspSec2Credential ' ' abcd1234 -SaltLength 7", "InvalidSec2Credential")]
    [InlineData("New-EspSec2Credential ('x' * 65) abcd1234", "InvalidSec2Credential")]
    [InlineData("New-EspSec2Credential wifiprov ([securestring]::new())", "InvalidSec2Credential")]
    [InlineData("New-EspSec2Credential wifiprov abcd1234 -Salt ('00' * 65)", "InvalidSec2Credential")]
    [InlineData("New-EspSec2Credential wifiprov abcd1234 -Salt ''", "InvalidSec2Credential")]
    [InlineData("New-EspSec2Credential wifiprov abcd1234 -Salt 0g", "ParameterArgumentTransformationError")]
    [InlineData("New-EspSec2Credential wifiprov abcd1234 -Salt 0102 -SaltLength 16", "ParameterConflict")]
    [InlineData("New-EspSec2Credential wifiprov -GeneratePassword:$false", "ParameterConflict")]
    [InlineData("New-EspSec2Credential wifiprov -GeneratePassword -PasswordLength 7", "InvalidPasswordRecipe")]
    [InlineData("New-EspSec2Credential wifiprov -GeneratePassword -PasswordAlphabet aab", "InvalidPasswordRecipe")]
    public void Bad_input_is_refused_with_a_stable_id(string command, string id) => Assert.Equal(id, IdOf(RunToError(command)));

    [Fact]
    public void A_bad_row_is_an_error_and_the_others_come_out()
    {
        string names = string.Concat(Run("'a', '', 'c' | ForEach-Object { [pscustomobject]@{ Username = 'u'; Password = 'abcd1234'; Salt = ($_ -eq '') ? ('00' * 65) : ''; Name = $_ } } | New-EspSec2Credential | ForEach-Object Name"));
        Assert.Equal("ac", names);
        Assert.Equal("InvalidSec2Credential", IdOf(Assert.Single(Errors)));
    }

    [Fact]
    public void Breaking_out_ends_an_endless_batch() => Assert.Equal(
        3,
        RunClean<int>("$n = 0; :outer do { & { while ($true) { [pscustomobject]@{ Username = 'u' } } } | New-EspSec2Credential -GeneratePassword | ForEach-Object { $n++; if ($n -eq 3) { break outer } } } while ($false); $n"));

    [Fact]
    public async Task Stop_ends_an_endless_batch_at_once()
    {
        using PowerShell shell = Prepare("& { while ($true) { [pscustomobject]@{ Username = 'u' } } } | New-EspSec2Credential -GeneratePassword");
        using var output = new PSDataCollection<PSObject>();
        var first = new TaskCompletionSource();
        output.DataAdded += (_, _) => first.TrySetResult();
        IAsyncResult running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        await first.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await shell.StopAsync(null, null).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.True(running.IsCompleted);
    }

    [Fact]
    public void The_C_arrays_go_to_the_pipeline_line_by_line_or_into_a_file()
    {
        string[] lines = Lines($"{Stock} | Export-EspSec2Credential CArray");
        Assert.Equal("static const char sec2_salt[] = {", lines[0]);
        Assert.Equal("    0x03, 0x6e, 0xe0, 0xc7, 0xbc, 0xb9, 0xed, 0xa8, 0x4c, 0x9e, 0xac, 0x97, 0xd9, 0x3d, 0xec, 0xf4", lines[1]);
        Assert.Equal(["};", "", "static const char sec2_verifier[] = {"], lines[2..5]);
        Assert.Equal(30, lines.Length);

        RunClean($"{Stock} | Export-EspSec2Credential -As CArray -Path $file", ("file", At("sec2.c")));
        Assert.Equal(lines, File.ReadAllLines(At("sec2.c")));
        Assert.True((bool)Assert.Single(RunClean(
            "Test-EspSec2Credential wifiprov abcd1234 -Salt $salt -Verifier $verifier",
            ("salt", lines[1]), ("verifier", string.Concat(lines[5..29])))).BaseObject);
    }

    [Fact]
    public void A_header_of_many_devices_has_a_guard_of_its_files_name()
    {
        RunClean("'a', 'b', 'a' | ForEach-Object { [pscustomobject]@{ Name = $_; Username = 'u' } } | New-EspSec2Credential -GeneratePassword | Export-EspSec2Credential Header $file", ("file", At("fleet-7.h")));
        string text = File.ReadAllText(At("fleet-7.h"));
        Assert.Contains("#ifndef FLEET_7_H\n", text, StringComparison.Ordinal);
        foreach (string name in (string[])["sec2_salt_a[]", "sec2_verifier_b[]", "sec2_salt_a_2[]"])
            Assert.Contains($"static const char {name} = {{\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_manufacturing_tool_gets_its_two_files()
    {
        RunClean($"{Stock} -Name PROV_1 | Export-EspSec2Credential MassManufacturing $file -Namespace prov -UsernameKey user", ("file", At("values.csv")));
        Assert.Equal(["prov,namespace,", "user,data,string", "salt,data,hex2bin", "verifier,data,hex2bin"], File.ReadAllLines(At("values-config.csv")));
        string[] lines = File.ReadAllLines(At("values.csv"));
        Assert.Equal("id,user,salt,verifier", lines[0]);
        Assert.StartsWith("PROV_1,wifiprov,036ee0c7bcb9eda84c9eac97d93decf4,7c7c8547", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
    }

    [Fact]
    public void NVS_JSON_and_rows_that_come_back_from_a_file_are_the_same_credential()
    {
        RunClean($"$made = {Stock} -Name PROV_1; $row = [pscustomobject]@{{ Name = $made.Name; Username = $made.Username; Salt = $made.Salt; Verifier = $made.Verifier }}");
        Assert.Equal("key,type,encoding,value", Lines("$row | Export-EspSec2Credential NvsCsv")[0]);
        Assert.Equal(Lines($"{Stock} -Name PROV_1 | Export-EspSec2Credential Json"), Lines("$row | Export-EspSec2Credential Json"));
        Assert.Equal(["[]"], Lines("@() | Export-EspSec2Credential Json"));
        Assert.Equal(5, Lines("Export-EspSec2Credential -InputObject $row, $row, $row -As Json").Length);
    }

    [Fact]
    public void The_label_list_warns_holds_the_passwords_and_is_for_its_owner_alone()
    {
        string password = Password("$made = New-EspSec2Credential wifiprov -GeneratePassword -Name Box");
        RunClean("$made | Export-EspSec2Credential Label $file", ("file", At("labels.csv")));
        Assert.Contains("as plain text", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
        Assert.Equal(["name,username,password", $"Box,wifiprov,{password}"], File.ReadAllLines(At("labels.csv")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("labels.csv")));
        foreach (string form in (string[])["CArray", "Header", "NvsCsv", "Json"])
            Assert.DoesNotContain(password, string.Concat(Lines($"$made | Export-EspSec2Credential {form}")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_label_list_without_any_password_leaves_no_file_and_warns_of_none()
    {
        RunClean("$known = New-EspSec2Credential wifiprov -GeneratePassword");
        Assert.Equal("PasswordUnknown", IdOf(RunToError($"{Stock} | Export-EspSec2Credential Label $file", ("file", At("labels.csv")))));
        Assert.Empty(Streams.Warning);
        Assert.Empty(_folder.EnumerateFiles());

        File.WriteAllText(At("old.csv"), "old");
        RunToError($"{Stock} | Export-EspSec2Credential Label $file -Force", ("file", At("old.csv")));
        Assert.Equal("old", File.ReadAllText(At("old.csv")));

        Assert.Empty(Run($"{Stock} | Export-EspSec2Credential Label"));
        Assert.Empty(Streams.Warning);

        RunClean("$known | Export-EspSec2Credential Label $file", ("file", At("labels.csv")));
        Assert.Single(Streams.Warning);
    }

    [Theory]
    [InlineData("$two | Export-EspSec2Credential CArray $file", "TooManyCredentials")]
    [InlineData("$two | Export-EspSec2Credential NvsCsv $file", "TooManyCredentials")]
    [InlineData("$two | Export-EspSec2Credential MassManufacturing", "ParameterConflict")]
    [InlineData("$two[0] | Export-EspSec2Credential NvsCsv $file -Namespace sixteen_letters_", "InvalidNvsName")]
    [InlineData("$two[0] | Export-EspSec2Credential CArray /there/is/no/such/folder/x.c", "FileNotWritable")]
    [InlineData("New-EspSec2Credential wifiprov abcd1234 | Export-EspSec2Credential Label", "PasswordUnknown")]
    [InlineData("[pscustomobject]@{ Username = 'u'; Salt = '00' } | Export-EspSec2Credential Json", "ParameterArgumentTransformationError")]
    public void Exports_that_cannot_be_are_refused_and_leave_no_file(string command, string id)
    {
        RunClean("$two = 1..2 | ForEach-Object { New-EspSec2Credential wifiprov abcd1234 }");
        Assert.Equal(id, IdOf(RunToError(command, ("file", At("out")))));
        Assert.Empty(_folder.EnumerateFiles());
    }

    [Fact]
    public void A_file_that_exists_is_replaced_only_with_Force_and_never_with_WhatIf()
    {
        File.WriteAllText(At("sec2.c"), "old");
        Assert.Equal("FileNotWritable", IdOf(RunToError($"{Stock} | Export-EspSec2Credential CArray $file", ("file", At("sec2.c")))));
        RunClean($"{Stock} | Export-EspSec2Credential CArray $file -Force -WhatIf");
        Assert.Equal("old", File.ReadAllText(At("sec2.c")));
        RunClean($"{Stock} | Export-EspSec2Credential CArray $file -Force");
        Assert.StartsWith("static", File.ReadAllText(At("sec2.c")), StringComparison.Ordinal);
        Assert.Single(_folder.EnumerateFiles());
    }

    [Fact]
    public void A_verifier_of_the_vendors_Python_tool_does_not_fit_and_a_warning_says_why()
    {
        (byte[] salt, byte[] verifier) = VendorToolPair();
        Assert.False(Assert.IsType<bool>(Assert.Single(RunClean(
            "Test-EspSec2Credential wifiprov $password -Salt $salt -Verifier $verifier",
            ("password", Quirky), ("salt", salt), ("verifier", verifier))).BaseObject));
        Assert.Contains("Python", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_with_a_verifier_of_the_vendors_Python_tool_is_logged_in_to_on_request_and_the_refusal_says_so()
    {
        (byte[] salt, byte[] verifier) = VendorToolPair();
        RunClean(
            "$device = Start-EspVirtualDevice PROV_TOOL -SecurityVersion 2 -Salt $salt -Verifier $verifier; $login = @{ Username = 'wifiprov'; Password = $password }",
            ("password", Quirky), ("salt", salt), ("verifier", verifier));

        ErrorRecord refused = RunToError("$device | Connect-EspProvSession @login");
        Assert.Equal("WrongCredentials", IdOf(refused));
        Assert.Contains("Python", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal("Opened", RunClean<string>("($device | Connect-EspProvSession @login -UseVendorToolHash).State"));
    }

    [Fact]
    public void A_device_is_started_with_a_piped_credential_and_a_salt_wants_its_verifier()
    {
        RunClean("New-EspSec2Credential lab abcd1234 | Start-EspVirtualDevice PROV_LAB -SecurityVersion 2");
        Assert.Equal("Opened", RunClean<string>("(Get-EspVirtualDevice PROV_LAB | Connect-EspProvSession -Username lab -Password abcd1234).State"));
        Assert.Equal("ParameterConflict", IdOf(RunToError("Start-EspVirtualDevice -SecurityVersion 2 -Salt 0102")));
    }

    /// <summary>What the vendor's Python tool makes of the pair: x from the inner hash without its leading zero bytes.</summary>
    private static (byte[] Salt, byte[] Verifier) VendorToolPair()
    {
        byte[] salt = [1, 2, 3, 4, 5, 6, 7, 8];
        byte[] inner = System.Security.Cryptography.SHA512.HashData(System.Text.Encoding.UTF8.GetBytes($"wifiprov:{Quirky}"));
        byte[] x = System.Security.Cryptography.SHA512.HashData([.. salt, .. inner.SkipWhile(value => value == 0)]);
        return (salt, System.Numerics.BigInteger.ModPow(5, new(x, true, true), Modulus()).ToByteArray(true, true));
    }

    private static System.Numerics.BigInteger Modulus()
    {
        string vectors = File.ReadAllText(Path.Combine(RepositoryRoot, "tests", "Unit", "vectors", "srp6a.json"));
        string hex = System.Text.Json.JsonDocument.Parse(vectors).RootElement.GetProperty("N_hex").GetString()!;
        return new System.Numerics.BigInteger(Convert.FromHexString(hex), isUnsigned: true, isBigEndian: true);
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);

    private string[] Lines(string script) => [.. RunClean(script).Select(line => line.ToString())];

    /// <summary>Runs a script that leaves one credential in $made, and returns its password.</summary>
    private string Password(string script)
    {
        RunClean(script);
        var password = (SecureString)Assert.Single(RunClean("$made.Password")).BaseObject;
        return new PSCredential("u", password).GetNetworkCredential().Password;
    }
}
