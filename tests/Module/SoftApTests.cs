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
        Assert.Equal("TransportUnavailable", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Pop abcd1234")));
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
        Assert.Equal("DeviceUnreachable", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Pop abcd1234")));
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

    [Fact]
    public void A_machine_without_NetworkManager_says_so()
    {
        Environment.SetEnvironmentVariable("PATH", Path.GetTempPath());
        Assert.Equal("TransportUnavailable", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Confirm:$false")));
    }
}
