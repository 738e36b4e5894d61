using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Pipeline;

public class PromptTests : ModuleTest
{
    [Fact]
    public void Asks_for_a_missing_proof_of_possession()
    {
        StartDevice();
        Host.Answers.Enqueue("abcd1234");
        Assert.Equal("PROV_261FCC", RunClean<string>("(Find-EspProvDevice | Connect-EspProvSession).Name"));
        Assert.Equal("Proof of possession", Assert.Single(Host.Questions));
    }

    [Fact]
    public void Does_not_ask_for_a_proof_that_the_device_says_it_has_not_and_warns_that_nothing_proves_the_device()
    {
        StartDevice("PROV_261FCC", "-ProofOfPossession ''");
        Assert.Equal("PROV_261FCC", RunClean<string>("(Find-EspProvDevice | Connect-EspProvSession).Name"));
        Assert.Empty(Host.Questions);
        string warning = Assert.Single(Streams.Warning).Message;
        Assert.StartsWith("PROV_261FCC: ", warning, StringComparison.Ordinal);
        Assert.Contains("nothing proves", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_empty_proof_is_no_reason_to_warn()
    {
        StartDevice("PROV_261FCC", "-ProofOfPossession ''");
        RunClean("Find-EspProvDevice | Connect-EspProvSession -Pop ''");
        Assert.Empty(Streams.Warning);
    }

    [Fact]
    public void Asks_for_missing_username_and_password()
    {
        StartDevice("PROV_4C33E8", "-SecurityVersion 2");
        Host.Answers.Enqueue("wifiprov");
        Host.Answers.Enqueue("abcd1234");
        Assert.Equal("PROV_4C33E8", RunClean<string>("(Find-EspProvDevice | Connect-EspProvSession).Name"));
        Assert.Equal("credential", Assert.Single(Host.Questions));
    }

    [Fact]
    public void Asks_for_the_passphrase_of_a_network_that_was_scanned_and_is_not_open()
    {
        ConnectDevice();
        Host.Answers.Enqueue("mypassword");
        Assert.Equal("Connected", RunClean<string>("(Get-EspWifiScan $session -Ssid My* -First 1 | Set-EspWifiCredential).Status"));
        Assert.Equal("Passphrase for MyHomeWiFiAP", Assert.Single(Host.Questions));
    }

    [Fact]
    public void Asks_again_when_what_was_typed_is_wrong_or_nothing_and_gives_up_when_it_stays_nothing()
    {
        StartDevice();
        foreach (string answer in new[] { "not-the-proof", "", "abcd1234" })
            Host.Answers.Enqueue(answer);
        Assert.Equal("PROV_261FCC", RunClean<string>("(Find-EspProvDevice | Connect-EspProvSession).Name"));
        Assert.Equal(3, Host.Questions.Count);
        Assert.Contains("Ctrl-C", Host.Shown, StringComparison.Ordinal);

        foreach (string answer in new[] { "", "", "" })
            Host.Answers.Enqueue(answer);
        Assert.Equal("ProofOfPossessionRequired", IdOf(RunToError("Find-EspProvDevice | Connect-EspProvSession")));
    }

    [Theory]
    [InlineData("1", "-ProofOfPossession", "", "", "")]
    [InlineData("2", "-Password", "wifiprov", "", "wifiprov", "", "wifiprov", "")]
    public void An_error_after_empty_answers_does_not_say_that_the_session_cannot_prompt(
        string security, string parameter, params string[] answers)
    {
        StartDevice("PROV_261FCC", $"-SecurityVersion {security}");
        foreach (string answer in answers)
            Host.Answers.Enqueue(answer);
        string message = RunToError("Find-EspProvDevice | Connect-EspProvSession").ToString();
        Assert.DoesNotContain("cannot prompt", message, StringComparison.Ordinal);
        Assert.Contains(parameter, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_proof_that_is_wrong_is_never_replaced_by_a_typed_one()
    {
        StartDevice();
        Assert.Equal("WrongCredentials", IdOf(RunToError("Find-EspProvDevice | Connect-EspProvSession -Pop not-the-proof")));
        Assert.Empty(Host.Questions);
    }

    [Fact]
    public void A_device_without_security_is_used_when_the_user_says_so_and_only_where_no_secret_was_given()
    {
        StartDevice("PROV_0", "-SecurityVersion 0");
        Assert.Equal("SecurityDowngrade", IdOf(RunToError("Find-EspProvDevice | Connect-EspProvSession")));
        Host.Choice = _ => 0;
        Assert.Equal("Security0", RunClean<string>("\"$((Find-EspProvDevice | Connect-EspProvSession).SecurityVersion)\""));
        Assert.Equal("SecurityDowngrade", IdOf(RunToError("Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234")));
    }

    [Theory]
    [InlineData("1", "Connect-EspProvSession", "ProofOfPossessionRequired", "-ProofOfPossession")]
    [InlineData("2", "Connect-EspProvSession", "UsernamePasswordRequired", "-Password")]
    [InlineData("2", "Connect-EspProvSession -Username wifiprov", "UsernamePasswordRequired", "-Password")]
    [InlineData("1", "Get-EspWifiScan", "ProofOfPossessionRequired", "-ProofOfPossession")]
    public void Where_nobody_can_be_asked_the_error_names_the_parameter(string security, string command, string id, string parameter)
    {
        StartDevice("PROV_261FCC", $"-SecurityVersion {security}");
        ErrorRecord error = Assert.Single(RunWithoutHost($"Find-EspProvDevice | {command}"));
        Assert.Equal(id, IdOf(error));
        Assert.Contains(parameter, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_can_be_asked_a_missing_passphrase_is_an_error()
    {
        StartDevice();
        ErrorRecord error = Assert.Single(RunWithoutHost(
            "$s = Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234; Get-EspWifiScan $s -First 1 | Set-EspWifiCredential; Disconnect-EspProvSession $s"));
        Assert.Equal("PassphraseRequired", IdOf(error));
    }

    // An engine without a host of its own, as a service or a scheduled job has it.
    private static List<ErrorRecord> RunWithoutHost(string script)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule(ManifestPath);
        using var shell = PowerShell.Create(state);
        shell.AddScript(script).Invoke();
        return [.. shell.Streams.Error];
    }
}
