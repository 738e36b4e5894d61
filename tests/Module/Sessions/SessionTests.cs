using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Sessions;

public class SessionTests : ModuleTest
{
    [Theory]
    [InlineData("-SecurityVersion 0", "-AllowUnencrypted", "Security0")]
    [InlineData("-SecurityVersion 0", "-SecurityVersion 0", "Security0")]
    [InlineData("", "-ProofOfPossession abcd1234", "Security1")]
    [InlineData("-ProofOfPossession 01234567", "-Pop 01234567", "Security1")]
    [InlineData("-ProofOfPossession ''", "", "Security1")]
    [InlineData("-WithoutCookies", "-ProofOfPossession abcd1234", "Security1")]
    [InlineData("-SecurityVersion 2", "-Username wifiprov -Password abcd1234", "Security2")]
    [InlineData("-SecurityVersion 2 -Security2Patch Patch0Nonce16", "-Username wifiprov -Password abcd1234", "Security2")]
    [InlineData("-SecurityVersion 2 -Username o -Password secret", "-Credential ([pscredential]::new('o', (& { $s = [System.Security.SecureString]::new(); 'secret'.ToCharArray() | ForEach-Object { $s.AppendChar($_) }; $s })))", "Security2")]
    public void Connects_with_every_scheme_and_every_way_to_give_the_proof(string device, string proof, string scheme)
    {
        StartDevice("PROV_X", device);
        Assert.Equal(scheme, RunClean<string>($"(Find-EspProvDevice PROV_X | Connect-EspProvSession {proof}).SecurityVersion"));
    }

    [Fact]
    public void Connects_by_device_parameter_address_row_and_virtual_device()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_1, PROV_2, PROV_3, PROV_4");
        RunClean("$null = Connect-EspProvSession (Find-EspProvDevice PROV_1) -Pop abcd1234");
        RunClean("$null = Connect-EspProvSession -Address (Get-EspVirtualDevice PROV_2).Address -Name kitchen -Pop abcd1234 -ConnectTimeout 5 -ExchangeTimeout 5");
        RunClean("$null = [pscustomobject]@{ Address = (Get-EspVirtualDevice PROV_3).Address; Pop = 'abcd1234' } | Connect-EspProvSession");
        RunClean("$null = Get-EspVirtualDevice PROV_4 | Connect-EspProvSession -Pop abcd1234");

        Assert.Equal("True", RunClean<string>("((Get-EspProvSession).Name -join ' ') -eq \"PROV_1 kitchen $((Get-EspVirtualDevice PROV_3).Address) PROV_4\""));
    }

    [Fact]
    public void Lists_sessions_by_number_name_and_wildcard_and_closes_them()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_1, PROV_2; $sessions = Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234");
        Assert.Equal("PROV_2", RunClean<string>("(Get-EspProvSession -Id $sessions[1].Id).Name"));
        Assert.Equal("PROV_1", RunClean<string>("(Get-EspProvSession -Name PROV_1).Name"));
        Assert.Equal(2, RunClean<int>("@(Get-EspProvSession -Name PROV_*).Count"));

        RunClean("Disconnect-EspProvSession $sessions[0].Id");
        Assert.Equal("Closed", RunClean<string>("$sessions[0].State"));
        Assert.Equal("Opened", RunClean<string>("$sessions[1].State"));

        RunClean("Get-EspProvSession | Disconnect-EspProvSession");
        Assert.Empty(RunClean("Get-EspProvSession"));
        Assert.Equal("SessionClosed", IdOf(RunToError("Get-EspWifiStatus $sessions[1]")));
    }

    [Fact]
    public void An_object_is_that_session_also_where_another_one_has_its_name()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_A; $null = Start-EspVirtualDevice PROV_A -WarningAction SilentlyContinue");
        RunClean("$first, $second = Find-EspProvDevice PROV_A | Connect-EspProvSession -Pop abcd1234");
        Assert.Equal("True", RunClean<string>("$found = @($second | Get-EspProvSession); $found.Count -eq 1 -and $found[0].Id -eq $second.Id"));
        RunClean("$second | Disconnect-EspProvSession");
        Assert.Equal("SessionNotFound", IdOf(RunToError("$second | Get-EspProvSession")));
        Assert.Equal("True", RunClean<string>("(Get-EspProvSession).Id -eq $first.Id"));
    }

    [Fact]
    public void A_session_that_is_not_there_is_an_error()
    {
        Assert.Equal("SessionNotFound", IdOf(RunToError("Get-EspProvSession -Id 123456")));
        Assert.Equal("SessionNotFound", IdOf(RunToError("Get-EspProvSession -Name PROV_NOBODY")));
        Assert.Equal("ParameterArgumentTransformationError", IdOf(RunToError("Get-EspWifiScan -Session PROV_NOBODY")));
        RunClean("Get-EspProvSession -Name PROV_NOBODY*");
    }

    [Fact]
    public void Session_takes_objects_numbers_and_names()
    {
        ConnectDevice();
        Assert.Equal("Connecting", RunClean<string>("(Get-EspWifiStatus $session).State"));
        Assert.Equal("Connecting", RunClean<string>("(Get-EspWifiStatus -Session $session.Id).State"));
        Assert.Equal("Connecting", RunClean<string>("(Get-EspWifiStatus PROV_26*).State"));
        Assert.Equal("Connecting", RunClean<string>("($session | Get-EspWifiStatus).State"));
    }

    [Fact]
    public void One_device_that_fails_does_not_stop_the_others()
    {
        RunClean("$null = Start-EspVirtualDevice PROV_1, PROV_3; $null = Start-EspVirtualDevice PROV_2 -Pop other");
        Assert.Equal(2, Run("Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234").Count);
        Assert.Equal("WrongCredentials", IdOf(Assert.Single(Errors)));
        Assert.Equal("PROV_2", Errors[0].TargetObject.ToString());
        Assert.StartsWith("PROV_2: ", Errors[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_session_the_only_open_one_is_meant()
    {
        ConnectDevice();
        Assert.NotEmpty(RunClean("Get-EspWifiScan"));
        Assert.NotEmpty(RunClean("Get-EspWifiScan -First 1 -Ssid MyHomeWiFiAP"));
        Assert.Equal("Connecting", RunClean<string>("(Get-EspWifiStatus).State"));
        Assert.Equal("SUCCESS", RunClean<string>("(Send-EspCustomData -Text hello).Text"));
        Assert.Equal("Connected", RunClean<string>("(Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword).Status"));
    }

    [Theory]
    [InlineData("Get-EspWifiScan", "2 sessions are open")]
    [InlineData("Get-EspWifiScan -Pop abcd1234", "-Address")]
    [InlineData("Get-EspWifiScan -Session $null", "Connect first")]
    [InlineData("[pscustomobject]@{ Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' } | Set-EspWifiCredential", "Connect first")]
    public void Without_a_session_none_is_guessed(string command, string says)
    {
        RunClean("$null = Start-EspVirtualDevice PROV_1, PROV_2; $sessions = Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234");
        ErrorRecord error = RunToError(command);
        Assert.Equal("SessionNotFound", IdOf(error));
        Assert.Contains(says, error.ToString(), StringComparison.Ordinal);
        RunClean("$sessions[0] | Disconnect-EspProvSession");
        if (command != "Get-EspWifiScan")
            Assert.Equal("SessionNotFound", IdOf(RunToError(command)));
    }

    [Fact]
    public void Without_any_session_it_says_to_connect_first()
    {
        ErrorRecord error = RunToError("Get-EspWifiScan");
        Assert.Equal("SessionNotFound", IdOf(error));
        Assert.Contains("Connect first", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Disconnect_without_a_session_closes_the_only_open_one()
    {
        ConnectDevice();
        RunClean("Disconnect-EspProvSession");
        Assert.Equal("Closed", RunClean<string>("$session.State"));
        Assert.Empty(RunClean("Get-EspProvSession"));
        Assert.Equal("SessionNotFound", IdOf(RunToError("Disconnect-EspProvSession")));
    }

    [Theory]
    [InlineData("Disconnect-EspProvSession", "2 sessions are open")]
    [InlineData("Disconnect-EspProvSession $null", "no session of this process")]
    [InlineData("$null | Disconnect-EspProvSession", "no session of this process")]
    public void Disconnect_closes_no_session_that_was_not_chosen(string command, string says)
    {
        RunClean("$null = Start-EspVirtualDevice PROV_1, PROV_2; $sessions = Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234");
        ErrorRecord error = RunToError(command);
        Assert.Equal("SessionNotFound", IdOf(error));
        Assert.Contains(says, error.ToString(), StringComparison.Ordinal);
        RunClean("$sessions[0] | Disconnect-EspProvSession");
        if (command != "Disconnect-EspProvSession")
            RunToError(command);
        Assert.Equal("Opened", RunClean<string>("$sessions[1].State"));
    }

    [Theory]
    [InlineData("Disconnect-EspProvSession *")]
    [InlineData("Get-EspWifiScan *")]
    public void A_wildcard_that_matches_no_session_is_no_error(string command) => Assert.Empty(RunClean(command));

    [Fact]
    public void What_a_one_shot_scan_found_brings_its_device_along_and_never_another_session()
    {
        ConnectDevice();
        RunClean("$null = Start-EspVirtualDevice PROV_2 -ConnectDelay 0 -ScanDelay 0");
        Assert.Equal("PROV_2 Connected", RunClean<string>(
            "$r = Get-EspWifiScan -Name PROV_2 -Pop abcd1234 -Ssid MyHomeWiFiAP -First 1 | Set-EspWifiCredential -Passphrase mypassword -Pop abcd1234; \"$($r.Name) $($r.Status)\""));
        Assert.Equal("False", RunClean<string>("$session.CredentialsApplied"));
    }

    [Theory]
    [InlineData("TV[Samsung]")]
    [InlineData("TV*")]
    [InlineData("TV[")]
    [InlineData("-dash")]
    public void An_exact_name_matches_whatever_is_in_it_and_alone(string name)
    {
        RunClean($"$null = Start-EspVirtualDevice '{name}', TVS, 'TV[' -WarningAction SilentlyContinue -ScanDelay 0 -AccessPoint @{{ Ssid = '{name}' }}, @{{ Ssid = 'TVS' }}");
        Assert.Equal(name, RunClean<string>($"@(Get-EspVirtualDevice -Name '{name}')[0].Name"));
        Assert.Contains(name, RunClean("(Find-EspProvDevice $name).Name", ("name", name)).Select(found => found.ToString()));
        RunClean("$null = Get-EspVirtualDevice | Where-Object Name -eq $name | Select-Object -First 1 | Connect-EspProvSession -Pop abcd1234", ("name", name));
        Assert.Equal(name, RunClean<string>("(Get-EspProvSession -Name $name).Name"));
        Assert.Equal(name, RunClean<string>("@(Get-EspWifiScan -Ssid $name).Ssid -join ' '"));
    }

    [Fact]
    public void One_shot_commands_leave_no_session_behind()
    {
        StartDevice();
        RunClean("$null = Find-EspProvDevice | Get-EspWifiScan -Pop abcd1234; $null = Get-EspVirtualDevice | Get-EspWifiStatus -Pop abcd1234");
        Assert.Empty(RunClean("Get-EspProvSession"));
    }

    [Fact]
    public void Progress_is_completed_whether_it_worked_or_not()
    {
        StartDevice();
        Run("Find-EspProvDevice | Connect-EspProvSession -Pop wrong; $s = Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234; $null = Get-EspWifiScan $s; $null = Set-EspWifiCredential $s MyHomeWiFiAP mypassword");
        Assert.All(
            Streams.Progress.GroupBy(record => record.ActivityId),
            records => Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, records.Last().RecordType));
        Assert.Contains(Streams.Progress, record => record.Activity.Contains("Provisioning", StringComparison.Ordinal));
    }
}
