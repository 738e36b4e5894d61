using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EspProv.ModuleTests.Fleet;

public class InteractiveTests : FleetTest
{
    [Fact]
    public void With_nothing_given_it_asks_for_everything_and_a_wrong_passphrase_again()
    {
        StartDevice();
        StartDevice("PROV_999999");

        // Look again, no number, the first device; its proof; scan again, the first network; a wrong passphrase, and the right one.
        Answer("0", "9", "1", "abcd1234", "0", "1", "not-the-passphrase", "mypassword");
        PSObject result = Assert.Single(RunClean("Invoke-EspProvisioning"));
        Assert.Equal("Connected", Property(result, "Status"));
        Assert.Equal("PROV_261FCC", Property(result, "Name"));
        Assert.Equal("MyHomeWiFiAP", Property(result, "Ssid"));
        Assert.Empty(Host.Answers);
        Assert.Equal(["Proof of possession", "Passphrase for MyHomeWiFiAP", "Passphrase for MyHomeWiFiAP"], Host.Questions);
        Assert.Contains("the network refused the passphrase", Host.Shown, StringComparison.Ordinal);
        Assert.Contains("Type a number from 0 to 2", Host.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-passphrase", Host.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void It_asks_for_username_and_password_when_the_device_wants_them_and_again_when_they_are_wrong()
    {
        StartDevice("PROV_4C33E8", "-SecurityVersion 2 -ConnectDelay 0");
        Answer("1", "wifiprov", "wrong-one", "wifiprov", "abcd1234");
        Assert.Equal("Connected", RunClean<string>("(Invoke-EspProvisioning -Ssid InsecureWiFiAP).Status"));
        Assert.Equal(["credential", "credential"], Host.Questions);
    }

    [Fact]
    public void Each_step_is_shown_from_the_scheme_to_the_address()
    {
        StartDevice();
        Answer("1", "abcd1234", "1", "mypassword");
        RunClean("Invoke-EspProvisioning");
        string[] steps =
        [
            "Connecting to PROV_261FCC", "Security 1: the device reports it", "Session established with security 1", "The device's scan took",
            "The device has taken the credentials", "The device applies the credentials", "Connected to 'MyHomeWiFiAP' with the address 192.168.",
        ];
        int[] at = [.. steps.Select(step => Host.Shown.IndexOf(step, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, at);
        Assert.Equal(at.Order(), at);
        Assert.DoesNotContain("mypassword", Host.Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-AccessPoint @{ Ssid = ''; Passphrase = 'mypassword'; Auth = 3 }", "1", "PROV_261FCC sees no network")]
    [InlineData("-WithoutScan", "1", "PROV_261FCC cannot scan")]
    [InlineData("-AccessPoint @{ Ssid = 'Seen' }", "2", "Seen")]
    public void A_network_that_no_scan_shows_can_be_typed(string arguments, string choice, string shown)
    {
        StartDevice("PROV_261FCC", $"-ConnectDelay 0 -ScanDelay 0 {arguments}");
        Answer(choice, "", "Unseen", "mypassword");
        PSObject result = Assert.Single(RunClean("Invoke-EspProvisioning -Name PROV_261FCC -Pop abcd1234 -JoinTimeout 3"));
        Assert.Equal(("Failed", "Unseen"), (Property(result, "Status"), Property(result, "Ssid")));
        Assert.Contains(shown, Host.Shown, StringComparison.Ordinal);
        Assert.Empty(Host.Answers);
        Assert.Equal("Passphrase for Unseen (nothing for an open network)", Assert.Single(Host.Questions));
    }

    [Fact]
    public void Of_two_access_points_of_a_network_one_can_be_chosen_and_only_then_it_is_sent_along()
    {
        StartDevice("PROV_261FCC", """
            -ConnectDelay 0 -ScanDelay 0 -AccessPoint @(
                @{ Ssid = 'Mesh'; Passphrase = 'mypassword'; Bssid = '02:00:00:00:00:01'; Channel = 1; Rssi = -40 }
                @{ Ssid = 'Mesh'; Passphrase = 'mypassword'; Bssid = '02:00:00:00:00:02'; Channel = 6; Rssi = -50 })
            """);
        Answer("3", "mypassword");
        Assert.Equal("Connected", RunClean<string>("(Invoke-EspProvisioning -Name PROV_261FCC -Pop abcd1234).Status"));
        Assert.Contains("only 02:00:00:00:00:02", Host.Shown, StringComparison.Ordinal);
        Assert.Contains("2 access points", Host.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_can_be_typed_by_its_address_and_one_that_is_not_there_is_asked_for_again()
    {
        StartDevice();
        Answer("PROV_MISSING", RunClean<string>("(Get-EspVirtualDevice).Address"), "abcd1234");
        Assert.Equal("Connected", RunClean<string>("(Invoke-EspProvisioning -Ssid MyHomeWiFiAP -Passphrase mypassword -ConnectTimeout 2).Status"));
        Assert.Empty(Host.Answers);
    }

    [Fact]
    public void A_passphrase_is_asked_for_until_there_is_one_where_the_network_is_known_to_need_it()
    {
        StartDevice();
        Answer("", "mypassword");
        Assert.Equal("Connected", RunClean<string>("(Invoke-EspProvisioning -Name PROV_261FCC -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase '').Status"));
        Assert.Contains("Nothing was typed", Host.Shown, StringComparison.Ordinal);
        Assert.Equal(2, Host.Questions.Count);
    }

    [Fact]
    public void Nothing_after_a_wrong_passphrase_leaves_it_at_the_failure()
    {
        StartDevice();
        Answer("not-the-passphrase", "");
        Assert.Equal("Failed", RunClean<string>("(Invoke-EspProvisioning -Name PROV_261FCC -Pop abcd1234 -Ssid MyHomeWiFiAP).Status"));
    }

    [Fact]
    public void A_device_without_security_is_provisioned_when_the_user_says_so()
    {
        StartDevice("PROV_0", "-SecurityVersion 0 -ConnectDelay 0");
        Host.Choice = _ => 0;
        Assert.Equal("Connected", RunClean<string>("(Invoke-EspProvisioning -Name PROV_0 -Ssid MyHomeWiFiAP -Passphrase mypassword).Status"));
    }

    [Theory]
    [InlineData("Invoke-EspProvisioning -Name PROV_261FCC -Pop abcd1234 -Ssid MyHomeWiFiAP", "Passphrase for MyHomeWiFiAP", "mypassword")]
    [InlineData("Invoke-EspProvisioning -Address (Get-EspVirtualDevice).Address -Ssid MyHomeWiFiAP -Passphrase mypassword", "Proof of possession", "abcd1234")]
    public void It_asks_only_for_what_is_missing(string script, string question, string answer)
    {
        StartDevice();
        Answer(answer);
        Assert.Equal("Connected", RunClean<string>($"({script}).Status"));
        Assert.Equal(question, Assert.Single(Host.Questions));
    }

    [Fact]
    public void Old_firmware_is_one_warning_and_stays_in_the_result()
    {
        StartDevice("PROV_4C33E8", "-SecurityVersion 2 -Security2Patch Patch0Nonce16 -ConnectDelay 0");
        Answer("wifiprov", "abcd1234");
        PSObject result = Assert.Single(RunClean("Invoke-EspProvisioning -Name PROV_4C33E8 -Ssid InsecureWiFiAP"));
        string warning = Assert.Single(Streams.Warning).Message;
        Assert.Equal("Connected", Property(result, "Status"));
        Assert.Contains("5.4.1", warning, StringComparison.Ordinal);
        Assert.EndsWith(Property(result, "Warning"), warning, StringComparison.Ordinal);
    }

    [Fact]
    public void With_everything_given_nobody_is_asked()
    {
        StartDevice();
        Assert.Equal("Connected", RunClean<string>("(Invoke-EspProvisioning -Name PROV_261FCC -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword).Status"));
        Assert.Empty(Host.Questions);
    }

    [Theory]
    [InlineData("Invoke-EspProvisioning", "ParameterRequired", "-Address")]
    [InlineData("Invoke-EspProvisioning -Name PROV_261FCC", "ProofOfPossessionRequired", "-ProofOfPossession")]
    [InlineData("Invoke-EspProvisioning -Name PROV_261FCC -Pop abcd1234", "ParameterRequired", "-Ssid")]
    [InlineData("Invoke-EspProvisioning -Name PROV_261FCC -Pop abcd1234 -Ssid MyHomeWiFiAP", "ParameterRequired", "-Passphrase")]
    [InlineData("Invoke-EspProvisioning -JournalPath run.jsonl", "ParameterRequired", "-Address")]
    public void Where_nobody_can_be_asked_a_missing_value_is_an_error_that_names_the_parameter(string script, string id, string parameter)
    {
        StartDevice();
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule(ManifestPath);
        using Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        runspace.SessionStateProxy.Path.SetLocation(Folder);
        using var shell = PowerShell.Create(runspace);
        Assert.Empty(shell.AddScript(script).Invoke());
        ErrorRecord error = Assert.Single(shell.Streams.Error);
        Assert.Equal(id, IdOf(error));
        Assert.Contains(parameter, error.ToString(), StringComparison.Ordinal);
        Assert.NotNull(RunClean("Get-EspVirtualDevice | Where-Object Ssid -EQ $null").SingleOrDefault());
    }

    private void Answer(params string[] answers)
    {
        foreach (string answer in answers)
            Host.Answers.Enqueue(answer);
    }
}
