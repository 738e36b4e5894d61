using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Discovery;

/// <summary>A name works wherever an address does.</summary>
public class DeviceNameTests : ModuleTest
{
    [Theory]
    [InlineData("Connect-EspProvSession PROV_261FCC -Pop abcd1234")]
    [InlineData("Connect-EspProvSession prov_261fcc -Pop abcd1234 -Transport SoftAP")]
    [InlineData("Connect-EspProvSession -Name PROV_261FCC -Pop abcd1234")]
    [InlineData("'PROV_261FCC' | Connect-EspProvSession -Pop abcd1234")]
    [InlineData("Write-Output PROV_261FCC | Connect-EspProvSession -Pop abcd1234")]
    [InlineData("Connect-EspProvSession -Address PROV_261FCC -Pop abcd1234")]
    [InlineData("[pscustomobject]@{ Name = 'PROV_261FCC'; Pop = 'abcd1234' } | Connect-EspProvSession")]
    [InlineData("[pscustomobject]@{ Name = 'PROV_261FCC'; Address = ''; Pop = 'abcd1234'; BaudRate = '' } | Connect-EspProvSession")]
    [InlineData("Get-EspVirtualDevice | Connect-EspProvSession -Pop abcd1234")]
    [InlineData("Connect-EspProvSession (Get-EspVirtualDevice) -Pop abcd1234")]
    public void A_device_is_connected_by_its_name(string command)
    {
        StartDevice();
        Assert.Equal("PROV_261FCC True", RunClean<string>($"$session = {command}; \"$($session.Name) $($session.Address -eq (Get-EspVirtualDevice).Address)\""));
    }

    [Theory]
    [InlineData("(Get-EspProvCapability PROV_261FCC).Version")]
    [InlineData("('PROV_261FCC' | Get-EspProvCapability).Version")]
    [InlineData("(Get-EspProvCapability -Name PROV_261FCC).Version")]
    [InlineData("(Find-EspProvDevice -Address PROV_261FCC).Name")]
    [InlineData("(Get-EspWifiScan -Name PROV_261FCC -Pop abcd1234)[0].Ssid")]
    [InlineData("(Get-EspWifiStatus -Address PROV_261FCC -Pop abcd1234).State")]
    [InlineData("(Set-EspWifiCredential -Name PROV_261FCC -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword).Status")]
    [InlineData("(Send-EspCustomData -Name PROV_261FCC -Pop abcd1234 -Text hello).Text")]
    public void A_name_works_wherever_an_address_does(string command)
    {
        StartDevice();
        Assert.NotEmpty(RunClean<string>(command));
    }

    [Fact]
    public void A_name_beside_an_address_is_what_the_device_is_called()
    {
        StartDevice();
        Assert.Equal("kitchen", RunClean<string>("(Connect-EspProvSession -Address PROV_261FCC -Name kitchen -Pop abcd1234).Name"));
    }

    [Theory]
    [InlineData("Connect-EspProvSession PROV_A -Pop abcd1234")]
    [InlineData("Get-EspWifiScan -Name PROV_A -Pop abcd1234")]
    [InlineData("Find-EspProvDevice -Address PROV_A")]
    public void Two_devices_that_answer_to_a_name_are_an_error_that_lists_them(string command)
    {
        RunClean("$null = Start-EspVirtualDevice PROV_A; $null = Start-EspVirtualDevice PROV_A -WarningAction SilentlyContinue");
        ErrorRecord error = RunToError(command);
        Assert.Equal("DeviceNameAmbiguous", IdOf(error));
        foreach (PSObject address in RunClean("Get-EspVirtualDevice | ForEach-Object Address"))
            Assert.Contains(address.ToString()!, error.ToString(), StringComparison.Ordinal);
        Assert.Empty(RunClean("Get-EspProvSession"));
    }

    [Fact]
    public void Two_devices_that_answer_to_a_name_are_a_row_of_a_fleet_that_fails_and_lists_them()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_A; $null = Start-EspVirtualDevice PROV_A -WarningAction SilentlyContinue; $null = Start-EspVirtualDevice PROV_B -ConnectDelay 0");
        IReadOnlyList<PSObject> results = Run(
            "$r = 'PROV_A', 'PROV_B' | ForEach-Object { [pscustomobject]@{ Name = $_; Pop = 'abcd1234' } } | "
            + "Invoke-EspProvisioning -Ssid MyHomeWiFiAP -Passphrase mypassword -Confirm:$false; $r | ForEach-Object { \"$($_.Name) $($_.ErrorId)\" }");
        Assert.Equal(["PROV_A DeviceNameAmbiguous", "PROV_B "], results.Select(result => result.ToString()).Order(StringComparer.Ordinal));
        string message = RunClean<string>("($r | Where-Object Name -eq PROV_A).Error");
        foreach (PSObject address in RunClean("Get-EspVirtualDevice PROV_A | ForEach-Object Address"))
            Assert.Contains(address.ToString()!, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connect-EspProvSession 127.0.0.1:1", "SoftAP")]
    [InlineData("Connect-EspProvSession 24:0A:C4:26:1F:CC", "Ble")]
    [InlineData("Connect-EspProvSession -Port COM3", "Serial")]
    [InlineData("Get-EspProvCapability /dev/ttyESP", "Serial")]
    public void What_stands_for_a_device_says_by_itself_how_it_is_reached(string command, string transport)
    {
        string address = command.Split(' ')[^1];
        Run($"{command} -ConnectTimeout 1");
        var target = PSObject.AsPSObject(Assert.Single(Errors).TargetObject);
        Assert.Equal((address, transport), (target.Properties["Address"].Value, target.Properties["Transport"].Value.ToString()));
    }

    [Theory]
    [InlineData("Connect-EspProvSession 'canary.secret'")]
    [InlineData("Connect-EspProvSession 'canary:secret/1'")]
    [InlineData("Connect-EspProvSession 'canary-secret-of-more-than-29-bytes' -Transport Ble")]
    [InlineData("Get-EspProvCapability 'canary secret' -Transport Serial")]
    [InlineData("Get-EspWifiScan -Name 'canary.secret' -Pop x")]
    [InlineData("Set-EspWifiCredential -Name 'canary.secret' -Ssid a -Passphrase 12345678")]
    public void What_was_typed_for_a_name_and_is_none_is_not_shown(string command)
    {
        Run($"{command} -ConnectTimeout 0.5");
        ErrorRecord error = Assert.Single(Errors);
        string all = $"{error} {error.TargetObject} {error.ErrorDetails?.RecommendedAction} {string.Join(' ', Streams.Progress)}";
        for (Exception? exception = error.Exception; exception is not null; exception = exception.InnerException)
            all += exception.Message;
        Assert.DoesNotContain("canary", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$text | Connect-EspProvSession")]
    [InlineData("Connect-EspProvSession $text")]
    [InlineData("Connect-EspProvSession -Name $text")]
    [InlineData("Connect-EspProvSession -Address $text")]
    [InlineData("Connect-EspProvSession -Address 127.0.0.1:1 -Name $text")]
    [InlineData("$text | Get-EspProvCapability")]
    [InlineData("Find-EspProvDevice -Address $text")]
    [InlineData("Get-EspWifiScan -Name $text -Pop x")]
    [InlineData("Set-EspWifiCredential -Address $text -Ssid a -Passphrase 12345678")]
    [InlineData("Send-EspCustomData -Address $text -Text hello")]
    public void Text_that_is_no_name_and_no_address_is_told_what_it_is_and_not_shown(string command)
    {
        foreach ((string text, string id, string told) in new[]
        {
            ("{\"ver\":\"v1\",\"name\":\"PROV_1\",\"pop\":\"canary12\"", "InvalidQrPayload", "not valid JSON"),
            ("WIFI:T:WPA;S:office;P:canary12;;", "InvalidQrPayload", "code of a Wi-Fi network"),
            ("PROV_1,192.168.4.1,canary12", "InvalidAddress", "Import-Csv"),
            ("\"pop\":\"canary12\",", "InvalidAddress", "ConvertFrom-EspQrCode"),
            ("a text that is too long for a name and has canary12 in it", "InvalidAddress", "too long"),
        })
        {
            if (command.Contains("127.0.0.1", StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal))
                continue;
            ErrorRecord error = RunToError($"{command} -Verbose", ("text", text));
            Assert.Equal(id, IdOf(error));
            Assert.Contains(told, error.ToString(), StringComparison.Ordinal);
            string all = $"{error} {error.TargetObject} {error.Exception} {Host.Shown} {string.Join(' ', Streams.Verbose)}";
            Assert.DoesNotContain("canary", all, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("$text | Connect-EspProvSession -Address (Get-EspVirtualDevice).Address")]
    [InlineData("Connect-EspProvSession $text -Address (Get-EspVirtualDevice).Address")]
    [InlineData("Connect-EspProvSession -Name $text -Address (Get-EspVirtualDevice).Address -SecurityVersion Security1")]
    public void The_text_of_a_QR_code_is_read_as_one(string command)
    {
        StartDevice();
        string text = "{\"ver\":\"v1\",\"name\":\"PROV_261FCC\",\"pop\":\"abcd1234\",\"transport\":\"softap\"}";
        Assert.Equal("PROV_261FCC", Assert.Single(RunClean($"({command}).Name", ("text", text))).ToString());
    }

    [Fact]
    public void The_address_of_a_QR_codes_text_is_that_of_the_code()
    {
        string text = "https://example.test/?data={\"ver\":\"v1\",\"name\":\"PROV_1\",\"pop\":\"canary12\",\"transport\":\"softap\"}";
        Assert.Empty(RunClean("$text | Connect-EspProvSession -WhatIf", ("text", text)));
        Assert.Contains("PROV_1 (192.168.4.1)", Host.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", Host.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_nobody_answers_to_is_an_error_of_its_own_for_each()
    {
        StartDevice();
        Run("[pscustomobject]@{ Name = 'PROV_NOBODY' }, [pscustomobject]@{ Name = 'PROV_261FCC' } | Connect-EspProvSession -Pop abcd1234 -ConnectTimeout 2");
        Assert.Equal("DeviceUnreachable", IdOf(Assert.Single(Errors)));
        Assert.StartsWith("PROV_NOBODY: No device in provisioning mode has that name.", Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Single(RunClean("Get-EspProvSession"));
    }

    [Fact]
    public void WhatIf_looks_for_nobody() => RunClean("Connect-EspProvSession PROV_NOBODY -Pop abcd1234 -WhatIf");

    [Theory]
    [InlineData("Connect-EspProvSession")]
    [InlineData("Get-EspProvCapability")]
    [InlineData("Connect-EspProvSession -Pop abcd1234")]
    [InlineData("Connect-EspProvSession -Address ''")]
    [InlineData("[pscustomobject]@{ Pop = 'abcd1234' } | Connect-EspProvSession")]
    [InlineData("'' | Connect-EspProvSession")]
    public void Without_a_device_it_says_what_to_give(string command) => Assert.Equal("ParameterRequired", IdOf(RunToError(command)));

    [Theory]
    [InlineData("https://192.168.4.1", "plain HTTP")]
    [InlineData("http://192.168.4.1/prov-scan", "without a path")]
    [InlineData("192.168.4.1/prov-scan", "without a path")]
    public void An_address_that_is_a_URL_of_something_else_says_what_to_leave_out(string address, string advice)
    {
        ErrorRecord error = RunToError($"Connect-EspProvSession -Address {address}");
        Assert.Equal("InvalidAddress", IdOf(error));
        Assert.Contains(advice, error.ToString(), StringComparison.Ordinal);
    }
}
