using System.Management.Automation;

namespace EspProv.ModuleTests.Fleet;

/// <summary>Input that is not what the user took it for. Whatever it is, its text may have secrets, and is not repeated.</summary>
public class MistakenInputTests : FleetTest
{
    private const string Code = "{\"ver\":\"v1\",\"name\":\"PROV_261FCC\",\"pop\":\"abcd1234\",\"transport\":\"softap\"}";

    private static readonly string[] Secrets = ["abcd1234", "mypassword"];

    [Theory]
    [InlineData("PROV_1,192.168.4.1,abcd1234,MyHomeWiFiAP,mypassword")]
    [InlineData("192.168.4.1,abcd1234")]
    [InlineData("PROV_1;192.168.4.1;abcd1234;MyHomeWiFiAP;mypassword")]
    [InlineData("PROV_1\t192.168.4.1\tabcd1234\tMyHomeWiFiAP\tmypassword")]
    [InlineData("PROV_1|abcd1234|mypassword")]
    public void A_line_of_a_CSV_file_is_Invalid_names_Import_Csv_and_is_repeated_nowhere(string line)
    {
        string[] lines = ["Name,Address,Pop,Ssid,Passphrase", line];
        File.WriteAllLines(Path.Combine(Folder, "fleet.csv"), lines);
        RunClean($"$results = @(Get-Content '{Folder}/fleet.csv' | Invoke-EspProvisioning -Ssid x -JournalPath '{Folder}/run.jsonl' -Verbose -Debug)");
        string streams = Shown();
        RunClean($"New-EspProvReport '{Folder}/report.html' -JournalPath '{Folder}/run.jsonl'; $results | Export-Csv '{Folder}/results.csv'");
        Assert.Equal("Invalid Invalid", RunClean<string>("$results.Status -join ' '"));
        Assert.Equal("InvalidValue InvalidValue", RunClean<string>("$results.ErrorId -join ' '"));
        Assert.StartsWith("This is a line of a CSV file: use Import-Csv", RunClean<string>("$results[1].Error"), StringComparison.Ordinal);
        AssertNoSecret(streams + string.Concat(Directory.GetFiles(Folder).Where(file => !file.EndsWith("fleet.csv", StringComparison.Ordinal)).Select(File.ReadAllText)));
    }

    [Theory]
    [InlineData("WIFI:T:WPA;S:MyHomeWiFiAP;P:mypassword;;", "code of a Wi-Fi network")]
    [InlineData("wifi:S:MyHomeWiFiAP;P:mypassword;;", "code of a Wi-Fi network")]
    [InlineData("DPP:K:abcd1234;;", "Easy Connect")]
    [InlineData("MT:abcd1234", "Matter")]
    [InlineData("{\"ver\":\"v1\",\"pop\":\"abcd1234\"", "not valid JSON")]
    [InlineData("https://example.test/?x=abcd1234", "no 'data' parameter")]
    public void The_text_of_a_code_is_told_what_it_is_and_hidden(string text, string told)
    {
        PSObject result = Assert.Single(RunClean("$text | Invoke-EspProvisioning -Ssid x -Validate -Verbose", ("text", text)));
        Assert.Equal("Invalid InvalidQrPayload", $"{Property(result, "Status")} {Property(result, "ErrorId")}");
        Assert.Contains(told, Property(result, "Error"), StringComparison.Ordinal);
        AssertNoSecret(Shown() + TextOf(result));
    }

    [Theory]
    [InlineData("Address", "\"pop\":\"abcd1234\",")]
    [InlineData("Address", "PROV_1,abcd1234")]
    [InlineData("Address", "WIFI:S:MyHomeWiFiAP;P:mypassword;;")]
    [InlineData("Address", "a text that is much too long for a name, and has abcd1234 in it")]
    [InlineData("Name", "PROV_1;abcd1234")]
    [InlineData("Name", Code)]
    [InlineData("Name", "a-text-that-is-much-too-long-for-a-name-and-has-abcd1234-in-it")]
    [InlineData("AccessPoint", Code)]
    public void A_cell_or_parameter_that_can_be_neither_a_name_nor_an_address_is_not_repeated(string column, string text)
    {
        PSObject result = Assert.Single(RunClean($"@{{ {column} = $text; Ssid = 'x' }} | Invoke-EspProvisioning -Validate -Verbose", ("text", text)));
        Assert.Equal("Invalid InvalidValue", $"{Property(result, "Status")} {Property(result, "ErrorId")}");
        Assert.StartsWith($"{column} is ", Property(result, "Error"), StringComparison.Ordinal);
        AssertNoSecret(Shown() + TextOf(result));

        ErrorRecord error = RunToError($"Invoke-EspProvisioning -{column} $text -Ssid x -Passphrase 12345678 -Pop x", ("text", text));
        Assert.Equal("ParameterConflict", IdOf(error));
        AssertNoSecret(Shown());
    }

    [Theory]
    [InlineData("@{ Name = 'Kitchen, left; a label that is longer than the name of a device may be'; Address = '10.0.0.1' }")]
    [InlineData("@{ Address = 'prov-kitchen-4.building-17.devices.example.test:8080' }")]
    [InlineData("@{ Address = '/dev/serial/by-id/usb-Silicon_Labs_CP2102N_USB_to_UART_Bridge_0001-if00-port0'; Transport = 'Serial' }")]
    [InlineData("@{ Address = 'fe80::1ff:fe23:4567:890a%enp0s31f6-and-more'; }")]
    [InlineData("'10.0.0.1', 'PROV_1' | ForEach-Object { \"$_\" } | Select-Object -First 1")]
    public void Labels_and_long_addresses_are_taken_as_before(string row) =>
        Assert.Equal(["Valid"], Outcomes($"{row} | Invoke-EspProvisioning -Ssid x -Validate"));

    [Fact]
    public void A_file_without_a_header_row_is_one_message_without_its_text_and_its_rows_are_Invalid()
    {
        string[] lines = ["PROV_1,10.0.0.1,abcd1234,office,mypassword", "PROV_2,10.0.0.2,abcd1234b,office,mypassword", "PROV_3,10.0.0.3,abcd1234c,office,mypassword"];
        File.WriteAllLines(Path.Combine(Folder, "plan.csv"), lines);
        string[] outcomes = Outcomes($"$results = @(Import-Csv '{Folder}/plan.csv' | Invoke-EspProvisioning -Verbose); $results");
        Assert.Equal(["Invalid InvalidValue", "Invalid InvalidValue"], outcomes);
        Assert.Contains("header row", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
        AssertNoSecret(Shown());
        Assert.Contains("header row", RunClean<string>("$results[0].Error"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[pscustomobject]@{ Pop = 'x'; 'abcd1234' = 'y' }")]
    [InlineData("[pscustomobject]@{ Channel = '6'; 'abcd1234' = 'y' }")]
    public void Without_a_column_for_a_device_or_a_network_no_unknown_column_is_named(string row)
    {
        RunClean($"{row} | Invoke-EspProvisioning -Address 10.0.0.1 -Ssid x -Passphrase 12345678 -Validate");
        Assert.Contains("header row", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
        AssertNoSecret(Shown());
    }

    [Theory]
    [InlineData(';')]
    [InlineData(',')]
    public void Excels_line_with_the_separator_is_named_and_the_rows_are_Invalid(char delimiter)
    {
        string[] lines = [$"sep={delimiter}", $"Address{delimiter}Ssid", $"10.0.0.1{delimiter}office"];
        File.WriteAllLines(Path.Combine(Folder, "plan.csv"), lines);
        foreach (string read in new[] { "Import-Csv", $"Import-Csv -Delimiter '{delimiter}'" })
        {
            string[] outcomes = Outcomes($"{read} -WarningAction SilentlyContinue '{Folder}/plan.csv' | Invoke-EspProvisioning -Validate");
            Assert.All(outcomes, outcome => Assert.Equal("Invalid InvalidValue", outcome));
            Assert.Contains("sep=", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_or_its_path_is_one_hint_at_Import_Csv()
    {
        File.WriteAllText(Path.Combine(Folder, "fleet.csv"), "Address,Ssid\n10.0.0.1,office\n");
        SetLocation(Folder);
        foreach (string script in new[]
        {
            $"Get-Item '{Folder}/fleet.csv' | Invoke-EspProvisioning",
            "Invoke-EspProvisioning fleet.csv",
            "Invoke-EspProvisioning ./fleet.csv -Ssid x",
            $"'{Folder}/fleet.csv' | Invoke-EspProvisioning -Validate",
        })
        {
            PSObject result = Assert.Single(RunClean(script));
            Assert.Equal("Invalid InvalidValue", $"{Property(result, "Status")} {Property(result, "Reason")}");
            Assert.Contains("Import-Csv", Property(result, "Error"), StringComparison.Ordinal);
            Assert.Empty(Streams.Warning);
        }
    }

    private static void AssertNoSecret(string shown)
    {
        foreach (string secret in Secrets)
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
    }

    private static string TextOf(PSObject result) => string.Join('\n', result.Properties.Select(property => $"{property.Name} {property.Value}"));

    private string Shown() => string.Join(
        '\n',
        [Host.Shown, .. Streams.Warning.Select(one => one.Message), .. Streams.Verbose.Select(one => one.ToString()!),
            .. Errors.SelectMany(error => new[] { error.ToString(), $"{error.TargetObject}", error.Exception.ToString() })]);
}
