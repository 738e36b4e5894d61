using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests;

/// <summary>Joining a device's access point through the cmdlets, with a double of nmcli on the PATH.</summary>
public sealed class SoftApTests : ModuleTest
{
    private const string Former = "6f0d2c0e-5c1b-4a53-9a0c-3b8f6a1d7e42";

    private readonly string _folder = Directory.CreateTempSubdirectory("espprov-").FullName;
    private readonly string? _path = Environment.GetEnvironmentVariable("PATH");

    public SoftApTests()
    {
        File.WriteAllText(Path.Combine(_folder, "nmcli"), $$"""
            #!/bin/sh
            here=$(dirname "$0")
            echo "$*" >> "$here/log"
            case "$*" in
              *"wifi list"*) sleep "${SCAN_TIME:-0}"; echo 'PROV_261FCC:24\:0A\:C4\:26\:1F\:CC:80:WPA2'; echo 'office:24\:0A\:C4\:00\:00\:01:60:WPA2' ;;
              *"device status"*) echo 'lo:wifi:connected' ;;
              *"connection show"*) echo 'office:{{Former}}:802-11-wireless:lo' ;;
              *"device show"*) echo 'IP4.ADDRESS[1]:127.0.0.1/8' ;;
              *--ask*) printf 'Password (802-11-wireless-security.psk): '; read -r key; echo "$key" >> "$here/secrets" ;;
            esac
            """);
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(Path.Combine(_folder, "nmcli"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Environment.SetEnvironmentVariable("PATH", _folder + Path.PathSeparator + _path);
        StartDevice("PROV_BEHIND");
        RunClean("$address = (Get-EspVirtualDevice).Address");
    }

    private string Log => File.Exists(Path.Combine(_folder, "log")) ? File.ReadAllText(Path.Combine(_folder, "log")) : "";

    public override void Dispose()
    {
        base.Dispose();
        Environment.SetEnvironmentVariable("PATH", _path);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Access_points_are_found_by_their_names() => Assert.Equal(
        "PROV_261FCC 192.168.4.1 PROV_261FCC -60 needs -SoftApKey",
        RunClean<string>("$found = Find-EspProvDevice PROV_26 -Transport SoftAP; \"$($found.Name) $($found.Address) $($found.AccessPoint) $($found.Rssi) $($found.Description)\""));

    [Theory]
    [InlineData("", 1)]
    [InlineData("-Timeout 1", 0)]
    public void A_scan_that_takes_longer_than_usual_is_waited_for_unless_a_time_is_given(string time, int found)
    {
        Environment.SetEnvironmentVariable("SCAN_TIME", "6");
        try
        {
            Assert.Equal(found, RunClean<int>($"@(Find-EspProvDevice PROV_26 -Transport SoftAP {time}).Count"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("SCAN_TIME", null);
        }
    }

    [Fact]
    public void A_session_joins_provisions_and_brings_the_former_network_back()
    {
        RunClean("$session = Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -SoftApKey softap-key -Pop abcd1234 -Confirm:$false");
        Assert.DoesNotContain($"uuid {Former}", Log[(Log.IndexOf("connection add", StringComparison.Ordinal))..], StringComparison.Ordinal);
        Assert.Equal("Connected", RunClean<string>("(Set-EspWifiCredential $session MyHomeWiFiAP mypassword).Outcome"));
        RunClean("Disconnect-EspProvSession $session");
        Assert.Contains($"connection up uuid {Former}", Log, StringComparison.Ordinal);
        Assert.DoesNotContain("softap-key", Log, StringComparison.Ordinal);
        Assert.Contains("softap-key", File.ReadAllText(Path.Combine(_folder, "secrets")), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_leaves_the_machine_where_it_is()
    {
        RunClean("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Pop abcd1234 -WhatIf");
        Assert.DoesNotContain("connection", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_question_that_nobody_answers_is_an_error_and_nothing_happens()
    {
        Host.Choice = _ => throw new System.Management.Automation.Host.HostException("Nobody.");
        Assert.Equal("AccessPointNotConfirmed", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Pop abcd1234")));
        Assert.DoesNotContain("connection add", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_without_the_question_is_something_that_the_command_has()
    {
        Host.Choice = _ => throw new System.Management.Automation.Host.HostException("Nobody.");
        Assert.Contains("-Confirm:$false", RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Pop abcd1234").ToString(), StringComparison.Ordinal);
        Assert.Contains("$ConfirmPreference", RunToError("Get-EspProvCapability -Address $address -AccessPoint PROV_261FCC").ToString(), StringComparison.Ordinal);
        Assert.Equal("v1.1", RunClean<string>("$ConfirmPreference = 'None'; (Get-EspProvCapability -Address $address -AccessPoint PROV_261FCC -SoftApKey softap-key).Version"));
    }

    [Fact]
    public void A_no_is_an_error_and_nothing_happens()
    {
        Host.Choice = choices => choices.Select((choice, index) => (choice, index)).First(entry => entry.choice.Label.Replace("&", "", StringComparison.Ordinal) == "No").index;
        Assert.Equal("AccessPointNotConfirmed", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Pop abcd1234")));
        Assert.DoesNotContain("connection add", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_credentials_bring_the_former_network_back()
    {
        Assert.Equal("WrongCredentials", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -SoftApKey softap-key -Pop wrong -Confirm:$false")));
        Assert.Contains($"connection up uuid {Former}", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_out_of_its_limits_is_refused_before_anything_happens()
    {
        Assert.Equal("InvalidSoftApKey", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -SoftApKey short -Confirm:$false")));
        Assert.DoesNotContain("connection", Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[pscustomobject]@{ AccessPoint = 'PROV_261FCC'; Address = $address; Pop = 'abcd1234'; SoftApKey = 'softap-key' }", "")]
    [InlineData("[pscustomobject]@{ Name = 'PROV_261FCC'; Address = $address; Pop = 'abcd1234'; SoftApKey = 'softap-key' }", "-JoinAccessPoint")]
    [InlineData("@{ QrCode = '{\"ver\":\"v1\",\"name\":\"PROV_261FCC\",\"pop\":\"abcd1234\",\"transport\":\"softap\",\"password\":\"softap-key\"}'; Address = $address }", "-JoinAccessPoint")]
    [InlineData("[pscustomobject]@{ Address = $address }", "-AccessPoint PROV_261FCC -SoftApKey softap-key -Pop abcd1234")]
    public void A_fleet_joins_the_access_points_of_its_rows_and_comes_back(string row, string arguments)
    {
        Assert.Equal("Connected PROV_261FCC", RunClean<string>($"$result = {row} | Invoke-EspProvisioning -Ssid MyHomeWiFiAP -Passphrase mypassword -Confirm:$false {arguments}; \"$($result.Status) $($result.Device)\""));
        Assert.Contains("ssid PROV_261FCC", Log, StringComparison.Ordinal);
        Assert.Contains($"connection up uuid {Former}", Log, StringComparison.Ordinal);
        Assert.Contains("softap-key", File.ReadAllText(Path.Combine(_folder, "secrets")), StringComparison.Ordinal);
        Assert.DoesNotContain("softap-key", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_that_were_heard_bring_their_access_points_into_a_fleet()
    {
        RunClean("$plan = Find-EspProvDevice PROV_26 -Transport SoftAP | Where-Object AccessPoint | Invoke-EspProvisioning -Ssid x -Pop y -WhatIf");
        Assert.Contains("192.168.4.1 on PROV_261FCC", Host.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("connection", Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_with_access_points_are_done_one_after_the_other_and_asked_about_once()
    {
        RunClean("$second = (Start-EspVirtualDevice PROV_SECOND -ConnectDelay 0.3).Address; $third = (Start-EspVirtualDevice PROV_THIRD -ConnectDelay 0.3).Address");
        int asked = 0;
        Host.Choice = choices =>
        {
            asked++;
            return choices.Select((choice, index) => (choice, index)).First(entry => entry.choice.Label.Replace("&", "", StringComparison.Ordinal) == "Yes to All").index;
        };
        Assert.Equal("Connected Connected", RunClean<string>("(@{ Name = 'A'; Address = $second }, @{ Name = 'B'; Address = $third } | Invoke-EspProvisioning -JoinAccessPoint -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword).Status -join ' '"));
        Assert.Equal(1, asked);
        string[] steps = [.. Log.Split('\n').Where(line => line.StartsWith("connection add", StringComparison.Ordinal) || line.StartsWith("connection up uuid", StringComparison.Ordinal))];
        Assert.Equal(4, steps.Length);
        Assert.StartsWith("connection up uuid", steps[1], StringComparison.Ordinal);
        Assert.StartsWith("connection up uuid", steps[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_fleet_that_nobody_lets_off_its_network_says_so_and_sends_nothing()
    {
        Host.Choice = choices => choices.Select((choice, index) => (choice, index)).First(entry => entry.choice.Label.Replace("&", "", StringComparison.Ordinal) == "No").index;
        Assert.Equal("Skipped Declined", RunClean<string>("$result = @{ Name = 'A'; Address = $address } | Invoke-EspProvisioning -JoinAccessPoint -Pop abcd1234 -Ssid x; \"$($result.Status) $($result.Reason)\""));
        Host.Choice = _ => throw new System.Management.Automation.Host.HostException("Nobody.");
        Assert.Equal("AccessPointNotConfirmed", IdOf(RunToError("@{ Name = 'A'; Address = $address } | Invoke-EspProvisioning -JoinAccessPoint -Pop abcd1234 -Ssid x")));
        Assert.DoesNotContain("connection add", Log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@{ AccessPoint = 'PROV_1'; Transport = 'Ble'; Address = '24:0A:C4:26:1F:CC' }", "InvalidValue")]
    [InlineData("@{ AccessPoint = 'PROV_1'; SoftApKey = 'short' }", "InvalidSoftApKey")]
    [InlineData("@{ AccessPoint = 'a-name-that-is-longer-than-32-bytes' }", "InvalidValue")]
    public void A_row_whose_access_point_cannot_be_joined_is_Invalid(string row, string id) => Assert.Equal(
        $"Invalid {id}", RunClean<string>($"$result = {row} | Invoke-EspProvisioning -Pop x -Ssid x -Validate; \"$($result.Status) $($result.ErrorId)\""));

    [Fact]
    public void A_machine_without_NetworkManager_says_so()
    {
        Environment.SetEnvironmentVariable("PATH", Path.GetTempPath());
        Assert.Equal("TransportUnavailable", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Confirm:$false")));
    }
}
