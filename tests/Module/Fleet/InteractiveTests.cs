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
        foreach (string answer in new[] { "0", "what", "1", "abcd1234", "0", "1", "not-the-passphrase", "mypassword" })
            Host.Answers.Enqueue(answer);
        PSObject result = Assert.Single(RunClean("Invoke-EspProvisioning"));
        Assert.Equal("Connected", Property(result, "Status"));
        Assert.Equal("PROV_261FCC", Property(result, "Device"));
        Assert.Equal("MyHomeWiFiAP", Property(result, "Ssid"));
        Assert.Empty(Host.Answers);
        Assert.Equal(["Proof of possession", "Passphrase for MyHomeWiFiAP", "Passphrase for MyHomeWiFiAP"], Host.Questions);
        Assert.Contains("the network refused the passphrase", Host.Shown, StringComparison.Ordinal);
        Assert.Contains("Type a number from 0 to 2.", Host.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-passphrase", Host.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void It_asks_for_username_and_password_when_the_device_wants_them_and_again_when_they_are_wrong()
    {
        StartDevice("PROV_4C33E8", "-SecurityVersion 2 -ConnectDelay 0");
        foreach (string answer in new[] { "1", "wifiprov", "wrong-one", "wifiprov", "abcd1234" })
            Host.Answers.Enqueue(answer);
        Assert.Equal("Connected", RunClean<string>("(Invoke-EspProvisioning -Ssid InsecureWiFiAP).Status"));
        Assert.Equal(["credential", "credential"], Host.Questions);
    }

    [Theory]
    [InlineData("Invoke-EspProvisioning -Name PROV_261FCC -Pop abcd1234 -Ssid MyHomeWiFiAP", "Passphrase for MyHomeWiFiAP", "mypassword")]
    [InlineData("Invoke-EspProvisioning -Address (Get-EspVirtualDevice).Address -Ssid MyHomeWiFiAP -Passphrase mypassword", "Proof of possession", "abcd1234")]
    public void It_asks_only_for_what_is_missing(string script, string question, string answer)
    {
        StartDevice();
        Host.Answers.Enqueue(answer);
        Assert.Equal("Connected", RunClean<string>($"({script}).Status"));
        Assert.Equal(question, Assert.Single(Host.Questions));
    }

    [Fact]
    public void Old_firmware_is_one_warning_and_stays_in_the_result()
    {
        StartDevice("PROV_4C33E8", "-SecurityVersion 2 -Security2Patch Patch0Nonce16 -ConnectDelay 0");
        foreach (string answer in new[] { "wifiprov", "abcd1234" })
            Host.Answers.Enqueue(answer);
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
        InitialSessionState state = InitialSessionState.CreateDefault2();
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
}
