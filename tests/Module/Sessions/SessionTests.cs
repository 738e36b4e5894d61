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
