using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Wifi;

public class WifiTests : ModuleTest
{
    [Fact]
    public void Scans_with_the_best_signal_first()
    {
        ConnectDevice();
        Assert.Equal("-45 -46 -54 -61 -74", RunClean<string>("(Get-EspWifiScan $session).Rssi -join ' '"));
        Assert.Equal("1 11", RunClean<string>("(Get-EspWifiScan $session -Ssid MyHome*).Channel -join ' '"));
        Assert.Equal("1", RunClean<string>("(Get-EspWifiScan $session -Ssid MyHome* -Unique).Channel -join ' '"));
        Assert.Equal("MyHomeWiFiAP MobileHotspot", RunClean<string>("($session | Get-EspWifiScan -First 2).Ssid -join ' '"));
        Assert.Equal(5, RunClean<int>("@(Get-EspWifiScan $session -Passive -GroupChannels 0 -PeriodMs 50 -Timeout 20).Count"));
        Assert.Empty(RunClean("Get-EspWifiScan $session -Ssid nobody*"));
    }

    [Fact]
    public void Hidden_networks_are_not_one_network()
    {
        ConnectDevice("-ScanDelay 0 -AccessPoint @{ Ssid = ''; Bssid = '00:00:00:00:00:01' }, @{ Ssid = ''; Bssid = '00:00:00:00:00:02' }");
        Assert.Equal(2, RunClean<int>("@(Get-EspWifiScan $session -Unique).Count"));
    }

    [Theory]
    [InlineData("Set-EspWifiCredential $session -Ssid MyHomeWiFiAP -Passphrase mypassword")]
    [InlineData("Set-EspWifiCredential $session MyHomeWiFiAP mypassword")]
    [InlineData("$session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Bssid 78:8a:20:84:19:96 -Channel 1")]
    [InlineData("Set-EspWifiCredential $session -Ssid MyHomeWiFiAP -Passphrase mypassword -Bssid 788a20841996")]
    [InlineData("Set-EspWifiCredential $session -NetworkCredential $credential")]
    [InlineData("Get-EspWifiScan $session -Ssid MyHome* -First 1 | Set-EspWifiCredential -Passphrase mypassword")]
    [InlineData("[pscustomobject]@{ Session = $session; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' } | Set-EspWifiCredential")]
    [InlineData("Find-EspProvDevice | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Pop abcd1234")]
    [InlineData("Get-EspVirtualDevice | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Pop abcd1234")]
    [InlineData("[pscustomobject]@{ Address = (Get-EspVirtualDevice).Address; Pop = 'abcd1234'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' } | Set-EspWifiCredential")]
    public void Provisions_by_every_form_of_the_pipeline(string command)
    {
        ConnectDevice();
        RunClean("$key = [System.Security.SecureString]::new(); 'mypassword'.ToCharArray() | ForEach-Object { $key.AppendChar($_) }; $credential = [pscredential]::new('MyHomeWiFiAP', $key)");
        Assert.Equal("Connected MyHomeWiFiAP", RunClean<string>($"$result = {command}; \"$($result.Status) $($result.Ssid)\""));
        Assert.Equal("Connected MyHomeWiFiAP", RunClean<string>("$device = Get-EspVirtualDevice; \"$($device.State) $($device.Ssid)\""));
        Assert.Equal("True", RunClean<string>("$result.IPAddress -eq $device.IPAddress"));
    }

    [Fact]
    public void An_open_network_needs_no_passphrase()
    {
        ConnectDevice();
        Assert.Equal("Connected", RunClean<string>("(Get-EspWifiScan $session -Ssid Insecure* | Set-EspWifiCredential).Status"));
    }

    [Fact]
    public void A_name_that_is_not_UTF8_reaches_the_device_as_the_bytes_that_it_is()
    {
        ConnectDevice();
        RunToError("$result = Set-EspWifiCredential $session -SsidBytes 0x66, 0xFF, 0x67 -Passphrase mypassword");
        Assert.Equal("WifiNetworkNotFound", IdOf(Errors[0]));
    }

    [Fact]
    public void A_wrong_passphrase_is_a_result_and_an_error_and_a_reset_lets_it_be_corrected()
    {
        ConnectDevice();
        Assert.Equal("Failed/AuthError", Assert.Single(Run("$result = Set-EspWifiCredential $session MyHomeWiFiAP not-the-key; \"$($result.Status)/$($result.Reason)\"")).ToString());
        Assert.Equal("WifiAuthError", IdOf(Assert.Single(Errors)));
        Assert.Equal("ConnectionFailed/AuthError", RunClean<string>("$status = Get-EspWifiStatus $session; \"$($status.State)/$($status.FailReason)\""));
        Assert.Equal("InvalidDeviceState", IdOf(RunToError("Set-EspWifiCredential $session MyHomeWiFiAP mypassword")));

        RunClean("Reset-EspWifiProvisioning $session");

        Assert.Equal("Connected", RunClean<string>("(Set-EspWifiCredential $session MyHomeWiFiAP mypassword).Status"));
    }

    [Fact]
    public void A_passphrase_that_is_missing_is_named_as_the_cause()
    {
        ConnectDevice();
        RunToError("$result = Set-EspWifiCredential $session MyHomeWiFiAP");
        ErrorRecord error = Assert.Single(Errors);
        Assert.Equal("WifiAuthError", IdOf(error));
        Assert.StartsWith("No passphrase was given: the network 'MyHomeWiFiAP' is taken for an open one.", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_is_not_there_is_a_result_and_an_error()
    {
        ConnectDevice();
        Assert.Single(Run("Set-EspWifiCredential $session nobody mypassword"));
        Assert.Equal("WifiNetworkNotFound", IdOf(Assert.Single(Errors)));
    }

    [Fact]
    public void A_device_that_never_comes_to_an_end_is_unknown_never_success_never_failure()
    {
        ConnectDevice("-ConnectDelay 3000");
        Assert.Equal("Unknown", Assert.Single(Run("(Set-EspWifiCredential $session MyHomeWiFiAP mypassword -Timeout 0.3).Status")).ToString());
        Assert.Equal("WifiOutcomeUnknown", IdOf(Assert.Single(Errors)));
    }

    [Fact]
    public void NoWait_returns_when_the_credentials_are_applied_and_PassThru_adds_the_session_to_the_result()
    {
        ConnectDevice();
        Assert.Equal("Applied", RunClean<string>("(Set-EspWifiCredential $session MyHomeWiFiAP mypassword -NoWait).Status"));
        RunClean("Clear-EspVirtualDevice PROV_261FCC; $session = Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234");
        Assert.Equal("True", RunClean<string>("""
            $result, $after = Set-EspWifiCredential $session MyHomeWiFiAP mypassword -PassThru
            $result.Status -eq 'Connected' -and $after -eq $session
            """));
    }

    [Fact]
    public void The_result_brings_its_session_to_the_next_command()
    {
        ConnectDevice();
        RunClean("Set-EspWifiCredential $session MyHomeWiFiAP mypassword | Disconnect-EspProvSession");
        Assert.Empty(RunClean("Get-EspProvSession"));
    }

    [Fact]
    public void A_connected_device_that_keeps_its_service_up_starts_over()
    {
        ConnectDevice("-ConnectDelay 0 -KeepServiceUp");
        RunClean("$null = Set-EspWifiCredential $session MyHomeWiFiAP mypassword; Reset-EspWifiProvisioning $session -Reprovision");
        Assert.Equal("InsecureWiFiAP", RunClean<string>("$null = Set-EspWifiCredential $session InsecureWiFiAP; (Get-EspVirtualDevice).Ssid"));
    }

    [Theory]
    [InlineData("Set-EspWifiCredential $session InsecureWiFiAP")]
    [InlineData("Set-EspWifiCredential $session MyHomeWiFiAP mypassword")]
    [InlineData("Reset-EspWifiProvisioning $session")]
    public void A_connected_device_that_refuses_has_to_start_over_and_the_advice_names_the_command(string command)
    {
        ConnectDevice("-ConnectDelay 0 -KeepServiceUp");
        RunClean("$null = Set-EspWifiCredential $session MyHomeWiFiAP mypassword");
        ErrorRecord error = RunToError(command);
        Assert.Equal("InvalidDeviceState", IdOf(error));
        Assert.Contains("connected", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("start over", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("has not been reset", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Reset-EspWifiProvisioning -Reprovision", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reset_that_makes_no_sense_is_an_error()
    {
        ConnectDevice();
        Assert.Equal("InvalidDeviceState", IdOf(RunToError("Reset-EspWifiProvisioning $session")));
    }

    [Fact]
    public void Several_access_points_of_one_network_are_one_network()
    {
        ConnectDevice("-ScanDelay 0 -ConnectDelay 0 -AccessPoint @{ Ssid = 'mesh'; Passphrase = 'mypassword'; Bssid = '02:00:00:00:00:01' }, "
            + "@{ Ssid = 'mesh'; Passphrase = 'mypassword'; Bssid = '02:00:00:00:00:02' }, @{ Ssid = 'mesh'; Passphrase = 'mypassword'; Bssid = '02:00:00:00:00:03' }");
        PSObject result = Assert.Single(RunClean("Get-EspWifiScan $session | Set-EspWifiCredential -Passphrase mypassword"));
        Assert.Equal("Connected", result.Properties["Status"].Value.ToString());
    }

    [Theory]
    [InlineData("Rssi = -40", "", null)]
    [InlineData("Rssi = -40", "-PinAccessPoint", "InvalidBssid")]
    [InlineData("Rssi = -40", "-Bssid 01:02:03", "InvalidBssid")]
    [InlineData("Remark = 'planned'", "", "InvalidBssid")]
    public void Only_a_scanned_access_points_BSSID_is_left_out_unless_it_is_to_be_pinned(string column, string arguments, string? id)
    {
        ConnectDevice("-ConnectDelay 0");
        Run($"[pscustomobject]@{{ Session = $session; Ssid = 'MyHomeWiFiAP'; Bssid = '01:02:03'; Channel = 6; {column} }} | Set-EspWifiCredential -Passphrase mypassword {arguments}");
        Assert.Equal(id, Errors.Count == 0 ? null : IdOf(Assert.Single(Errors)));
    }

    [Fact]
    public void A_network_that_is_not_named_is_an_error_that_says_so()
    {
        ConnectDevice();
        Assert.Contains("-Ssid", RunToError("Set-EspWifiCredential $session -Passphrase mypassword").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Ssid ''", "InvalidSsid")]
    [InlineData("-Ssid ('ä' * 17)", "InvalidSsid")]
    [InlineData("-Passphrase mypassword", "InvalidSsid")]
    [InlineData("-Ssid net -Passphrase short", "InvalidPassphrase")]
    [InlineData("-Ssid net -Passphrase ('x' * 65)", "InvalidPassphrase")]
    [InlineData("-Ssid net -Passphrase ('a1' * 32)", "RawPskNotSupported")]
    [InlineData("-Ssid net -Passphrase mypassword -Bssid 01:02:03", "InvalidBssid")]
    [InlineData("-Ssid net -Passphrase mypassword -Bssid not-a-bssid", "InvalidBssid")]
    [InlineData("-Passphrase mypassword -NetworkCredential $credential", "ParameterConflict")]
    public void Bad_input_is_refused_before_anything_is_sent(string arguments, string id)
    {
        ConnectDevice();
        RunClean("$key = [System.Security.SecureString]::new(); $credential = [pscredential]::new('net', $key)");
        long before = RunClean<long>("(Get-EspVirtualDevice).RequestCount");

        Assert.Equal(id, IdOf(RunToError($"Set-EspWifiCredential $session {arguments}")));
        Assert.Equal(id, IdOf(RunToError($"Find-EspProvDevice | Set-EspWifiCredential -Pop abcd1234 {arguments}")));
        Assert.Equal(before, RunClean<long>("(Get-EspVirtualDevice).RequestCount"));
        Assert.Equal("Connecting", RunClean<string>("(Get-EspWifiStatus $session).State"));
    }

    [Theory]
    [InlineData("Send-EspCustomData $session MyCustomData")]
    [InlineData("$session | Send-EspCustomData -Bytes 1, 2, 3")]
    [InlineData("Send-EspCustomData $session -Path $file")]
    [InlineData("Find-EspProvDevice | Send-EspCustomData -Text hello -Pop abcd1234")]
    public void Custom_data_goes_as_text_bytes_or_file_and_comes_back_as_text_and_bytes(string command)
    {
        ConnectDevice();
        string file = Path.GetTempFileName();
        File.WriteAllBytes(file, [1, 2, 3]);
        Assert.Equal("SUCCESS 8", Assert.Single(RunClean($"$answer = {command}; \"$($answer.Text) $($answer.Bytes.Count)\"", ("file", file))).ToString());
        File.Delete(file);
    }

    [Theory]
    [InlineData("", "ParameterConflict")]
    [InlineData("-Text a -Bytes 1", "ParameterConflict")]
    [InlineData("-Path ./there-is-no-such-file", "FileNotReadable")]
    [InlineData("-Text a -Endpoint nobody", "EndpointNotFound")]
    [InlineData("-Text ('x' * 5000)", "RequestTooLarge")]
    public void Custom_data_that_cannot_be_sent_is_an_error(string arguments, string id)
    {
        ConnectDevice();
        Assert.Equal(id, IdOf(RunToError($"Send-EspCustomData $session {arguments}")));
    }

    [Fact]
    public void Custom_endpoints_are_reached_by_their_names()
    {
        ConnectDevice("-CustomEndpoint cloud-token");
        Assert.Equal("cloud-token", RunClean<string>("(Send-EspCustomData $session token -Endpoint cloud-token).Endpoint"));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(14)]
    public void An_Enterprise_network_is_refused_before_anything_is_sent(int auth)
    {
        ConnectDevice($"-ScanDelay 0 -AccessPoint @{{ Ssid = 'campus'; Auth = {auth} }}");
        RunClean("$network = Get-EspWifiScan $session");
        long before = RunClean<long>("(Get-EspVirtualDevice).RequestCount");
        Assert.Equal("EnterpriseNotSupported", IdOf(RunToError("$network | Set-EspWifiCredential -Passphrase mypassword")));
        Assert.Equal(before, RunClean<long>("(Get-EspVirtualDevice).RequestCount"));
    }

    [Theory]
    [InlineData("-Passphrase", "mypassword\n", "line break")]
    [InlineData("-Passphrase", "mypass\0word", "null character")]
    [InlineData("-Ssid", "MyHomeWiFiAP\r\n", "line break")]
    [InlineData("-Ssid", "MyHome\uFFFD", "-Encoding")]
    public void What_a_file_brought_along_is_pointed_out_before_anything_is_sent(string parameter, string value, string hint)
    {
        ConnectDevice();
        long before = RunClean<long>("(Get-EspVirtualDevice).RequestCount");
        string other = parameter == "-Ssid" ? "-Passphrase mypassword" : "-Ssid MyHomeWiFiAP";
        foreach (string given in new[] { $"{parameter} $value {other}", parameter == "-Ssid" ? "" : "-NetworkCredential ([pscredential]::new('MyHomeWiFiAP', (ConvertTo-SecureString $value -AsPlainText -Force)))" })
        {
            if (given.Length == 0)
                continue;
            ErrorRecord error = RunToError($"Set-EspWifiCredential $session {given}", ("value", value));
            Assert.Equal("ParameterArgumentValidationError", IdOf(error));
            Assert.Contains(hint, error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("mypass", error.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(before, RunClean<long>("(Get-EspVirtualDevice).RequestCount"));
    }

    [Theory]
    [InlineData("-Pop \"abcd1234`n\"")]
    [InlineData("-Username \"wifiprov`0\" -Password abcd1234")]
    [InlineData("-Username wifiprov -Password \"abcd1234`r`n\"")]
    [InlineData("-Pop \"abcd$([char]0xFFFD)\"")]
    public void So_is_a_proof_that_a_file_brought_it_to(string proof)
    {
        StartDevice();
        ErrorRecord error = RunToError($"Connect-EspProvSession -Address (Get-EspVirtualDevice).Address {proof}");
        Assert.Equal("ParameterArgumentValidationError", IdOf(error));
        Assert.Equal(0, RunClean<long>("(Get-EspVirtualDevice).RequestCount"));
    }

    [Fact]
    public void The_networks_key_in_Password_is_not_replaced_by_an_empty_one()
    {
        StartDevice();
        ErrorRecord error = RunToError("[pscustomobject]@{ Address = (Get-EspVirtualDevice).Address; Pop = 'abcd1234'; Ssid = 'MyHomeWiFiAP'; Password = 'mypassword' } | Set-EspWifiCredential");
        Assert.Equal("InvalidPassphrase", IdOf(error));
        Assert.Contains("Passphrase", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, RunClean<long>("(Get-EspVirtualDevice).RequestCount"));
    }

    [Fact]
    public void An_encrypted_open_network_is_named_and_needs_no_passphrase()
    {
        ConnectDevice("-ConnectDelay 0 -ScanDelay 0 -AccessPoint @{ Ssid = 'cafe'; Auth = 9 }, @{ Ssid = 'new'; Auth = 17 }");
        Assert.Equal("OWE 17", RunClean<string>("(Get-EspWifiScan $session).Auth -join ' '"));
        Assert.Equal("Connected", RunClean<string>("(Set-EspWifiCredential $session cafe).Status"));
    }

    [Theory]
    [InlineData("9")]
    [InlineData("'9'")]
    [InlineData("OWE")]
    [InlineData("42")]
    [InlineData("wpa3_ext_psk_mixed_mode")]
    public void Auth_binds_by_name_and_by_number_also_one_without_a_name(string auth)
    {
        ConnectDevice();
        Assert.Equal("Connected", RunClean<string>($"(Set-EspWifiCredential $session MyHomeWiFiAP mypassword -Auth {auth}).Status"));
    }

    [Theory]
    [InlineData("5")]
    [InlineData("ENTERPRISE")]
    [InlineData("WPA_ENTERPRISE")]
    public void An_Enterprise_network_is_refused_by_each_of_its_names(string auth)
    {
        ConnectDevice();
        Assert.Equal("EnterpriseNotSupported", IdOf(RunToError($"Set-EspWifiCredential $session campus mypassword -Auth {auth}")));
    }

    [Theory]
    [InlineData("$null = Get-EspWifiScan $session; Set-EspWifiCredential $session old 12345")]
    [InlineData("Get-EspWifiScan $session | Set-EspWifiCredential -Passphrase 12345")]
    [InlineData("Find-EspProvDevice | Set-EspWifiCredential -Ssid old -Passphrase 12345 -Auth WEP -Pop abcd1234")]
    public void A_wep_key_of_five_characters_is_sent_to_a_network_that_is_known_as_wep(string command)
    {
        ConnectDevice("-ConnectDelay 0 -ScanDelay 0 -AccessPoint @{ Ssid = 'old'; Auth = 1; Passphrase = '12345' }");
        Assert.Equal("InvalidPassphrase", IdOf(RunToError("Set-EspWifiCredential $session old 12345")));
        Assert.Equal("Connected", RunClean<string>($"$result = & {{ {command} }}; $result.Status"));
        Assert.Empty(Streams.Warning);
    }

    [Theory]
    [InlineData(1, "WEP")]
    [InlineData(2, "WPA_PSK")]
    public void A_network_that_newer_drivers_refuse_with_a_long_key_is_warned_of_and_so_is_its_outcome(int auth, string name)
    {
        ConnectDevice($"-ConnectDelay 0 -ScanDelay 0 -AccessPoint @{{ Ssid = 'old'; Auth = {auth}; Passphrase = 'mypassword' }}");
        Assert.Equal("Unknown", Assert.Single(Run("(Get-EspWifiScan $session | Set-EspWifiCredential -Passphrase mypassword -Timeout 0.5).Status")).ToString());
        Assert.Contains($"'old' is {name}", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
        Assert.Contains("not reported by firmware", Assert.Single(Errors).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("mypassword", Streams.Warning[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_AuthError_says_when_the_key_may_be_right()
    {
        ConnectDevice();
        Run("Set-EspWifiCredential $session MyHomeWiFiAP not-the-key");
        Assert.Contains("If the passphrase is right", Assert.Single(Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_on_5_GHz_that_a_scan_in_groups_misses_is_hinted_at()
    {
        ConnectDevice("-ScanDelay 0 -AccessPoint @{ Ssid = 'fast'; Channel = 36 }, @{ Ssid = 'slow'; Channel = 6 }");

        Assert.Empty(RunClean("Get-EspWifiScan $session -Ssid fast"));
        Assert.Contains("-GroupChannels 0", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);

        Assert.Single(RunClean("Get-EspWifiScan $session -Ssid fast -GroupChannels 0"));
        Assert.Empty(Streams.Warning);
        Assert.Single(RunClean("Get-EspWifiScan $session -Verbose"));
        Assert.Empty(Streams.Warning);
        Assert.Contains(Streams.Verbose, record => record.Message.Contains("-GroupChannels 0", StringComparison.Ordinal));

        Assert.Empty(RunClean("Get-EspWifiScan $session -Ssid nobody -GroupChannels 0"));
        Assert.Empty(Streams.Warning);
    }
}
