using System.Management.Automation;

namespace EspProv.ModuleTests.Fleet;

/// <summary>What spreadsheets, editors and other encodings do to the cells of a plan.</summary>
public class CellTests : FleetTest
{
    private const string Row = "Address = '10.0.0.1'; Pop = 'abcd1234'; Ssid = 'office'; Passphrase = 'mypassword'";

    [Theory]
    [InlineData("@{ Address = '10.0.0.1'; Pop = 'abcd1234'; Ssid = 'office'; Password = 'mypassword' }", "")]
    [InlineData("@{ Address = '10.0.0.1'; Pop = 'abcd1234'; Password = 'mypassword' }", "-Ssid office")]
    [InlineData("@{ Address = '10.0.0.1'; Pop = 'abcd1234' }", "-Ssid office -Password mypassword")]
    public void The_networks_key_in_Password_is_found_before_an_empty_one_is_sent(string row, string arguments)
    {
        PSObject result = Assert.Single(RunClean($"{row} | Invoke-EspProvisioning -Validate {arguments}"));
        Assert.Equal("Invalid InvalidPassphrase", $"{Property(result, "Status")} {Property(result, "ErrorId")}");
        Assert.Contains("Passphrase", Property(result, "Error"), StringComparison.Ordinal);
        Assert.DoesNotContain("mypassword", Property(result, "Error"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@{ Address = '10.0.0.1'; Username = 'u'; Password = 'p'; Ssid = 'open' }")]
    [InlineData("@{ Address = '10.0.0.1'; Username = 'u'; Password = 'p'; Ssid = 'office'; Passphrase = 'mypassword' }")]
    [InlineData("@{ Address = '10.0.0.1'; Pop = 'abcd1234'; Ssid = 'open' }")]
    public void A_password_of_security_2_is_one(string row) =>
        Assert.Equal(["Valid"], Outcomes($"{row} | Invoke-EspProvisioning -Validate"));

    [Theory]
    [InlineData("Name", "\uFFFD", "-Encoding")]
    [InlineData("Ssid", "Caf\uFFFD", "-Encoding")]
    [InlineData("Passphrase", "gr\uFFFD\uFFFDerlich", "-Encoding")]
    [InlineData("Pop", "abcd\uFFFD", "-Encoding")]
    [InlineData("SoftApKey", "schl\uFFFDssel", "-Encoding")]
    [InlineData("CustomData", "\uFFFD", "-Encoding")]
    [InlineData("Ssid", "office\n", "line break")]
    [InlineData("Ssid", "office\r\n", "line break")]
    [InlineData("Passphrase", "mypassword\n", "line break")]
    [InlineData("Pop", "abcd1234\r", "line break")]
    [InlineData("Ssid", "off\0ice", "null character")]
    [InlineData("Passphrase", "mypass\0word", "null character")]
    [InlineData("Username", "wifiprov\0", "null character")]
    public void What_a_file_brought_along_makes_the_row_Invalid(string column, string value, string hint)
    {
        foreach (string wrapped in new[] { "$value", "(ConvertTo-SecureString $value -AsPlainText -Force)" })
        {
            if (wrapped != "$value" && column is not ("Passphrase" or "Pop" or "SoftApKey"))
                continue;
            PSObject result = Assert.Single(RunClean($"$row = @{{ {Row} }}; $row.{column} = {wrapped}; $row | Invoke-EspProvisioning -Validate", ("value", value)));
            Assert.Equal("Invalid InvalidValue", $"{Property(result, "Status")} {Property(result, "ErrorId")}");
            Assert.Contains(hint, Property(result, "Error"), StringComparison.Ordinal);
            Assert.DoesNotContain(value, Property(result, "Error"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("-Passphrase $value", "mypassword\n", "line break")]
    [InlineData("-Pop $value", "abcd\0", "null character")]
    [InlineData("-Ssid $value", "gr\uFFFDn", "-Encoding")]
    public void So_does_a_parameter_before_the_first_row(string arguments, string value, string hint)
    {
        StartFleet(1);
        ErrorRecord error = RunToError($"$rows | Invoke-EspProvisioning {arguments}", ("value", value));
        Assert.Equal("ParameterConflict", IdOf(error));
        Assert.Contains(hint, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, Requests());
    }

    [Theory]
    [InlineData(';', "';'")]
    [InlineData('\t', "\"`t\"")]
    [InlineData('|', "'|'")]
    public void A_file_that_was_read_with_the_wrong_delimiter_says_so_once_and_its_rows_are_Invalid(char delimiter, string named)
    {
        string[] lines = ["\uFEFFname,address,pop,ssid,passphrase", "a,10.0.0.1,abcd1234,office,mypassword", "b,10.0.0.2,abcd1234,office,mypassword"];
        File.WriteAllLines(Path.Combine(Folder, "plan.csv"), lines.Select(line => line.Replace(',', delimiter)));
        Assert.Equal(["Invalid InvalidValue", "Invalid InvalidValue"], Outcomes($"Import-Csv '{Folder}/plan.csv' | Invoke-EspProvisioning -Validate"));
        string warning = Assert.Single(Streams.Warning).Message;
        Assert.Contains($"-Delimiter {named}", warning, StringComparison.Ordinal);
        Assert.Equal(2, Outcomes($"Import-Csv '{Folder}/plan.csv' -Delimiter \"{(delimiter == '\t' ? "`t" : delimiter)}\" | Invoke-EspProvisioning -Validate").Count(outcome => outcome == "Valid"));
    }

    [Theory]
    [InlineData("$rows[0] | Add-Member Auth WEP", "$rows")]
    [InlineData("$rows[0] | Add-Member Auth 1", "$rows")]
    [InlineData("", "$rows | Invoke-EspProvisioning -Auth WEP")]
    [InlineData("$session = Connect-EspProvSession $devices[0] -Pop abcd1234; $null = Get-EspWifiScan $session", "$session")]
    public void A_wep_key_of_five_characters_goes_to_a_network_that_is_known_as_wep(string known, string rows)
    {
        StartFleet(1, "-ConnectDelay 0 -ScanDelay 0 -AccessPoint @{ Ssid = 'old'; Auth = 1; Passphrase = '12345' }");
        RunClean("$rows[0].Ssid = 'old'; $rows[0].Passphrase = '12345'");
        Assert.Equal(["Invalid InvalidPassphrase"], Outcomes("$rows | Invoke-EspProvisioning"));
        RunClean(known);
        string run = rows.Contains('|', StringComparison.Ordinal) ? rows : $"{rows} | Invoke-EspProvisioning -Ssid old -Passphrase 12345";
        Assert.Equal(["Connected"], Outcomes(run));
        Assert.Empty(Streams.Warning);
    }

    [Theory]
    [InlineData("WEP")]
    [InlineData("WPA_PSK")]
    public void A_row_for_a_network_that_newer_drivers_refuse_with_a_long_key_has_a_Warning(string auth)
    {
        StartFleet(2);
        RunClean($"$rows[1] | Add-Member Auth {auth}; $results = $rows | Invoke-EspProvisioning | Sort-Object Row");
        Assert.Equal("", RunClean<string>("\"$($results[0].Warning)\""));
        Assert.Contains($"'MyHomeWiFiAP' is {auth}", RunClean<string>("$results[1].Warning"), StringComparison.Ordinal);
        Assert.DoesNotContain("mypassword", RunClean<string>("$results[1].Warning"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("WPA2_ENTERPRISE", "EnterpriseNotSupported")]
    [InlineData("5", "EnterpriseNotSupported")]
    [InlineData("nonsense", "InvalidValue")]
    public void An_Enterprise_network_is_Invalid_before_anything_is_sent(string auth, string id) =>
        Assert.Equal([$"Invalid {id}"], Outcomes($"@{{ {Row}; Auth = '{auth}' }} | Invoke-EspProvisioning -Validate"));

    [Theory]
    [InlineData("78:8a:20", "Status = 'Failed'; Attempts = '1'", "Valid")]
    [InlineData("78", "Status = 'Failed'; Attempts = '1'", "Valid")]
    [InlineData("78:8a:20:84:19:96", "Status = 'Failed'; Attempts = '1'", "Valid")]
    [InlineData("78:8a:20", "Channel = 1", "Invalid InvalidBssid")]
    public void A_row_of_a_report_whose_Bssid_is_cut_is_taken_without_it(string bssid, string more, string outcome) =>
        Assert.Equal([outcome], Outcomes($"[pscustomobject]@{{ {Row}; Bssid = '{bssid}'; {more} }} | Invoke-EspProvisioning -Validate"));

    [Theory]
    [InlineData("Passphrase = ''")]
    [InlineData("Channel = ''")]
    public void A_row_without_a_passphrase_is_said_to_be_for_an_open_network(string cell)
    {
        StartFleet(2);
        RunClean($"$plan = @($rows[0], [pscustomobject]@{{ Address = $rows[1].Address; Pop = 'abcd1234'; Ssid = 'MyHomeWiFiAP'; {cell} }})");
        foreach (string mode in new[] { "-Validate", "" })
        {
            RunClean($"$results = @($plan | Invoke-EspProvisioning {mode} | Sort-Object Row)");
            Assert.Equal(mode.Length > 0 ? "Valid Valid" : "Connected Failed", RunClean<string>("$results.Status -join ' '"));
            Assert.Equal("", RunClean<string>("\"$($results[0].Warning)\""));
            Assert.Equal("No passphrase was given: the network 'MyHomeWiFiAP' is taken for an open one.", RunClean<string>("$results[1].Warning"));
        }

        Assert.Equal("WifiAuthError", RunClean<string>("$results[1].ErrorId"));
        Assert.StartsWith("No passphrase was given", RunClean<string>("$results[1].Error"), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_counts_rows_with_a_warning_and_a_network_named_as_open_has_none()
    {
        RunClean("@{ Address = '10.0.0.1'; Ssid = 'guests' } | Invoke-EspProvisioning -Validate");
        Assert.Contains("1 result has a Warning", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
        RunClean("@{ Address = '10.0.0.1'; Ssid = 'guests'; Auth = 'Open' } | Invoke-EspProvisioning -Validate");
        Assert.Empty(Streams.Warning);
    }

    [Fact]
    public void A_date_of_a_spreadsheet_is_no_address() =>
        Assert.Equal(["Invalid InvalidAddress"], Outcomes($"@{{ {Row.Replace("10.0.0.1", "12.05.2026", StringComparison.Ordinal)} }} | Invoke-EspProvisioning -Validate"));

    [Fact]
    public void A_file_with_commas_that_was_read_with_semicolons_says_so_too()
    {
        RunClean("[pscustomobject]@{ 'address,ssid' = '10.0.0.1,office' } | Invoke-EspProvisioning -Validate");
        Assert.Contains("-Delimiter ','", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
    }
}
