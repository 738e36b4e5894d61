using System.Management.Automation;
using EspProv.ModuleTests.Fleet;

namespace EspProv.ModuleTests.Secrets;

/// <summary>Secrets by their names, from a Get-Secret of the test's own: no module of secrets is needed for the rest.</summary>
public class NamedSecretTests : FleetTest
{
    private const string Vault = """
        $asked = [System.Collections.Generic.List[string]]::new()
        function global:Get-Secret {
            [CmdletBinding()] param([string] $Name)
            $asked.Add($Name)
            switch ($Name) {
                'wifi' { ConvertTo-SecureString mypassword -AsPlainText -Force }
                'pop' { 'abcd1234' }
                'login' { [pscredential]::new('wifiprov', (ConvertTo-SecureString abcd1234 -AsPlainText -Force)) }
                'broken' { "mypassword`n" }
                'empty' { '' }
                'two' { 'one'; 'two' }
                'table' { @{ key = 'value' } }
                default { throw "no secret '$Name' in the vault" }
            }
        }
        """;

    [Fact]
    public void Columns_and_parameters_name_secrets_and_each_name_is_asked_for_once()
    {
        StartFleet(3);
        RunClean(Vault);
        RunClean("""
            $rows = @($devices | ForEach-Object { [pscustomobject]@{ Address = $_.Address; PopSecret = 'pop'; Ssid = 'MyHomeWiFiAP'; Passphrase = '' } })
            $rows[2].Passphrase = 'not-the-passphrase'
            """);
        Assert.Equal(["Connected", "Connected", "Failed AuthError"], Outcomes("$rows | Invoke-EspProvisioning -PassphraseSecret wifi"));
        Assert.Equal(["wifi", "pop"], RunClean("$asked").Select(name => name.ToString()));
    }

    [Fact]
    public void Sessions_and_credentials_take_them_too()
    {
        StartFleet(1, "-SecurityVersion 2 -KeepServiceUp");
        RunClean(Vault);
        Assert.Equal("Connected", Property(Assert.Single(RunClean(
            "$devices[0] | Connect-EspProvSession -Username wifiprov -PasswordSecret login | Set-EspWifiCredential -Ssid MyHomeWiFiAP -PassphraseSecret wifi")), "Status"));

        StartFleet(1);
        Assert.Equal("Connected", Property(Assert.Single(RunClean(
            "[pscustomobject]@{ Address = $devices[0].Address; PopSecret = 'pop'; Ssid = 'MyHomeWiFiAP'; PassphraseSecret = 'wifi' } | Set-EspWifiCredential")), "Status"));
    }

    [Theory]
    [InlineData("nothing", "no secret 'nothing'")]
    [InlineData("broken", "line break")]
    [InlineData("empty", "empty")]
    [InlineData("two", "one secret")]
    [InlineData("table", "Hashtable")]
    public void A_name_that_gives_no_secret_is_an_error_before_anything_is_sent(string name, string hint)
    {
        StartFleet(1);
        RunClean(Vault);
        foreach (string command in new[]
        {
            $"$rows | Select-Object Address, Pop, Ssid | Invoke-EspProvisioning -PassphraseSecret {name}",
            $"$devices[0] | Set-EspWifiCredential -Pop abcd1234 -Ssid MyHomeWiFiAP -PassphraseSecret {name} -ErrorAction Stop",
            $"$devices[0] | Connect-EspProvSession -PopSecret {name} -ErrorAction Stop",
        })
        {
            ErrorRecord error = RunToError(command);
            Assert.Equal("SecretNotAvailable", IdOf(error));
            Assert.Contains(hint, error.ToString(), StringComparison.Ordinal);
            Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        }

        PSObject result = Assert.Single(RunClean($"$rows | Select-Object Address, Pop, Ssid, @{{ n = 'PassphraseSecret'; e = {{ '{name}' }} }} | Invoke-EspProvisioning"));
        Assert.Equal("Invalid SecretNotAvailable", $"{Property(result, "Status")} {Property(result, "ErrorId")}");
        Assert.Equal(0, Requests());
    }

    [Fact]
    public void Without_a_vault_the_error_says_what_is_missing()
    {
        ErrorRecord error = RunToError("Connect-EspProvSession -Address 10.0.0.1 -PopSecret pop -ErrorAction Stop");
        Assert.Equal("SecretNotAvailable", IdOf(error));
        Assert.Contains("Get-Secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_and_the_name_of_one_are_a_conflict()
    {
        StartFleet(1);
        RunClean(Vault);
        foreach (string command in new[]
        {
            "$rows | Invoke-EspProvisioning -Passphrase x1234567 -PassphraseSecret wifi",
            "$rows | Invoke-EspProvisioning -NetworkCredential ([pscredential]::new('a', (ConvertTo-SecureString abcd1234 -AsPlainText -Force))) -PassphraseSecret wifi",
            "$devices[0] | Set-EspWifiCredential -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase x1234567 -PassphraseSecret wifi -ErrorAction Stop",
            "$devices[0] | Connect-EspProvSession -Pop abcd1234 -PopSecret pop -ErrorAction Stop",
            "$devices[0] | Connect-EspProvSession -Credential ([pscredential]::new('a', (ConvertTo-SecureString abcd1234 -AsPlainText -Force))) -PasswordSecret pop -ErrorAction Stop",
        })
        {
            Assert.Equal("ParameterConflict", IdOf(RunToError(command)));
        }

        PSObject result = Assert.Single(RunClean("$rows | Select-Object *, @{ n = 'PassphraseSecret'; e = { 'wifi' } } | Invoke-EspProvisioning"));
        Assert.Equal("Invalid InvalidValue", $"{Property(result, "Status")} {Property(result, "ErrorId")}");
        Assert.Equal(0, Requests());
    }
}
