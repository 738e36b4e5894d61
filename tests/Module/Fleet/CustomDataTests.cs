using System.Management.Automation;

namespace EspProv.ModuleTests.Fleet;

/// <summary>Data for the application's endpoints: columns, parameters, order, files, limits, and the convention of docs/FLEETS.md.</summary>
public class CustomDataTests : FleetTest
{
    private const string Endpoints = "-ConnectDelay 0 -CustomEndpoint a, b, c";

    [Fact]
    public void Common_data_comes_first_and_a_rows_own_takes_its_place_or_follows_in_the_order_of_the_columns()
    {
        StartFleet(2, Endpoints);
        RunClean("""
            $rows[0] | Add-Member 'Endpoint:c' 'ccc'
            $rows[0] | Add-Member 'endpoint:a' 'aaaaaa'
            $rows[0] | Add-Member CustomData 'x'
            $rows[1] | Add-Member CustomData 'xx'
            $rows[1] | Add-Member Endpoint 'b'
            """);
        Assert.Equal(
            ["Connected", "Connected"],
            Outcomes("$rows | Invoke-EspProvisioning -EndpointData ([ordered]@{ b = [byte[]](1, 2); a = 'common' })"));
        Assert.Equal(["2 on b", "6 on a", "3 on c", "stock"], Received(0));
        Assert.Equal(["2 on b", "6 on a"], Received(1));
    }

    [Fact]
    public void A_cell_may_be_bytes_a_SecureString_a_file_or_a_list_and_a_column_the_path_of_a_file()
    {
        StartFleet(1, Endpoints);
        File.WriteAllBytes(Path.Combine(Folder, "data.bin"), new byte[100]);
        RunClean($$"""
            Push-Location '{{Folder}}'
            $row = @{ Address = $devices[0].Address; Pop = 'abcd1234'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' }
            $row['EndpointPath:a'] = 'data.bin'
            $row['Endpoint:b'] = @((ConvertTo-SecureString 'four' -AsPlainText -Force), [byte[]](1..5), (Get-Item data.bin))
            """);
        Assert.Equal(["Connected"], Outcomes("$row | Invoke-EspProvisioning"));
        RunClean("Pop-Location");

        // A hashtable has no order.
        Assert.Equal(["100 on a", "100 on b", "4 on b", "5 on b"], Received(0).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("@{ 'Endpoint:prov-config' = 'x' }", "InvalidValue", "prov-config")]
    [InlineData("@{ 'Endpoint:no spaces' = 'x' }", "InvalidValue", "Endpoint")]
    [InlineData("@{ 'Endpoint:a' = 'x'; 'EndpointPath:a' = 'y' }", "FileNotReadable", "EndpointPath:a")]
    [InlineData("@{ 'Endpoint:a' = 'x'; CustomData = 'y'; Endpoint = 'a' }", "InvalidValue", "the same endpoint")]
    [InlineData("@{ 'EndpointPath:a' = 'no-such-file' }", "FileNotReadable", "no-such-file")]
    [InlineData("@{ 'EndpointPath:a' = 'nodrive:x' }", "FileNotReadable", "nodrive")]
    [InlineData("@{ 'Endpoint:a' = @(1, 2) }", "InvalidValue", "[byte[]]")]
    [InlineData("@{ 'Endpoint:a' = @{} }", "InvalidValue", "[byte[]]")]
    [InlineData("@{ 'Endpoint:a' = \"$([char]0xFFFD)\" }", "InvalidValue", "-Encoding")]
    [InlineData("@{ 'Endpoint:a' = 'x' * 4097; SecurityVersion = 1 }", "RequestTooLarge", "BodyLimit")]
    [InlineData("@{ 'Endpoint:a' = 'x' * 4081 }", "RequestTooLarge", "Endpoint:a")]
    [InlineData("@{ 'Endpoint:a' = 'x'; BodyLimit = 10 }", "InvalidValue", "64")]
    public void What_cannot_be_sent_makes_the_row_Invalid(string cells, string id, string hint)
    {
        RunClean("$row = @{ Address = '10.0.0.1'; Pop = 'abcd1234'; Ssid = 'office'; Passphrase = 'mypassword' }");
        PSObject result = Assert.Single(RunClean($"$row + {cells} | Invoke-EspProvisioning"));
        Assert.Equal($"Invalid {id}", $"{Property(result, "Status")} {Property(result, "ErrorId")}");
        Assert.Contains(hint, Property(result, "Error"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@{ a = 1; b = 2 }", "[ordered]")]
    [InlineData("@{ a = @{} }", "[byte[]]")]
    [InlineData("@{ a = $null }", "endpoint")]
    public void Common_data_that_cannot_be_sent_is_refused_before_the_first_row(string data, string hint)
    {
        StartFleet(1, Endpoints);
        foreach (string command in new[] { "$rows | Invoke-EspProvisioning", "$rows[0].Address | Send-EspCustomData -Pop abcd1234" })
        {
            ErrorRecord error = RunToError($"{command} -EndpointData {data}");
            Assert.Equal("ParameterConflict", IdOf(error));
            Assert.Contains(hint, error.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(0, Requests());
    }

    [Fact]
    public void A_column_for_an_endpoint_without_a_name_is_not_known()
    {
        Assert.Equal(["Valid"], Outcomes(
            "@{ Address = '10.0.0.1'; Pop = 'abcd1234'; Ssid = 'open'; Auth = 'Open'; 'Endpoint:' = 'x' } | Invoke-EspProvisioning -Validate"));
        Assert.Contains("Endpoint:", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Send_EspCustomData_sends_several_in_order_and_checks_all_lengths_first()
    {
        StartFleet(1, Endpoints);
        RunClean("$session = $devices[0] | Connect-EspProvSession -Pop abcd1234");
        IEnumerable<PSObject> answers = RunClean("$session | Send-EspCustomData -EndpointData ([ordered]@{ c = 'one'; a = 'two', [byte[]](1..9); 'custom-data' = 'x' })");
        Assert.Equal(["c one", "a two", "a \\u{1}\\u{2}\\u{3}\\u{4}\\u{5}\\u{6}\\u{7}\\u{8}\\u{9}", "custom-data SUCCESS"],
            answers.Select(answer => $"{Property(answer, "Endpoint")} {Property(answer, "Text").Replace("\\t", "\\u{9}", StringComparison.Ordinal)}"));

        long before = Requests();
        Run("$session | Send-EspCustomData -EndpointData ([ordered]@{ a = 'x'; b = 'x' * 5000 })");
        Assert.Equal("RequestTooLarge", IdOf(Assert.Single(Errors)));
        Assert.Equal(before, Requests());
        Assert.Equal("ParameterConflict", IdOf(RunToError("$session | Send-EspCustomData -Endpoint a -EndpointData @{ a = 'x' }")));
        Assert.Equal("ParameterConflict", IdOf(RunToError("$session | Send-EspCustomData -Text hello -EndpointData @{ a = 'x' }")));
    }

    [Fact]
    public void A_larger_buffer_of_the_firmware_is_used_with_its_size()
    {
        StartFleet(2, $"{Endpoints} -BodyLimit 20000");
        RunClean("$rows | ForEach-Object { $_ | Add-Member 'Endpoint:a' ('x' * 20000); $_ | Add-Member BodyLimit '' }; $rows[1].BodyLimit = 20000");
        Assert.Equal(["Invalid RequestTooLarge", "Connected"], Outcomes("$rows | Invoke-EspProvisioning -SecurityVersion 1"));
        Assert.Equal(["20000 on a"], Received(1));

        PSObject answer = Assert.Single(RunClean("$devices[0] | Send-EspCustomData -Pop abcd1234 -Endpoint a -Text ('y' * 20000) -BodyLimit 20000"));
        Assert.Equal(20000, ((byte[])answer.Properties["Bytes"].Value).Length);
    }

    [Fact]
    public void A_fixed_address_and_an_Enterprise_login_reach_a_device_that_shares_the_convention()
    {
        StartFleet(2, "-ConnectDelay 0 -CustomEndpoint ip-config, eap-config -AccessPoint @{ Ssid = 'corp'; Username = 'device'; Passphrase = 'eap-password' }");
        RunClean("""
            $rows = @($devices | ForEach-Object { [pscustomobject]@{ Address = $_.Address; Pop = 'abcd1234'; 'Endpoint:ip-config' = '' } })
            $rows[0].'Endpoint:ip-config' = @{ ip = '10.0.0.9'; netmask = '255.255.0.0'; gw = '10.0.0.1' } | ConvertTo-Json -Compress
            $rows[1].'Endpoint:ip-config' = '{"ip":"10.0.0.300"}'
            $login = @{ username = 'device'; password = 'eap-password' } | ConvertTo-Json -Compress
            """);
        PSObject[] results = [.. RunClean("$rows | Invoke-EspProvisioning -Ssid corp -EndpointData @{ 'eap-config' = $login } | Sort-Object Row")];
        Assert.Equal("Connected 10.0.0.9", $"{Property(results[0], "Status")} {Property(results[0], "IPAddress")}");
        Assert.Equal("Failed CustomDataInDoubt", $"{Property(results[1], "Status")} {Property(results[1], "ErrorId")}");
        string log = string.Join('\n', RunClean("$devices | Get-EspVirtualDeviceLog").Select(line => line.ToString()));
        Assert.Contains("sta ip: 10.0.0.9, mask: 255.255.0.0, gw: 10.0.0.1", log, StringComparison.Ordinal);
        Assert.DoesNotContain("eap-password", log, StringComparison.Ordinal);

        // Erased, it has neither.
        RunClean("$devices[0] | Clear-EspVirtualDevice");
        Run("$devices[0] | Set-EspWifiCredential -Pop abcd1234 -Ssid corp -Timeout 0.2");
        Assert.Equal("WifiOutcomeUnknown", IdOf(Assert.Single(Errors)));
    }

    private string[] Received(int device) =>
    [
        .. RunClean($"$devices[{device}] | Get-EspVirtualDeviceLog").Select(line => line.ToString()!)
            .Where(line => line.Contains("Received", StringComparison.Ordinal) && !line.Contains("Wi-Fi", StringComparison.Ordinal))
            .Select(line => line.Contains(" bytes on ", StringComparison.Ordinal)
                ? line[(line.IndexOf("Received ", StringComparison.Ordinal) + 9)..].Replace(" bytes", "", StringComparison.Ordinal)
                : "stock"),
    ];
}
