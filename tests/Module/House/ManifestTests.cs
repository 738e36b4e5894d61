using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.House;

public class ManifestTests : ModuleTest
{
    [Fact]
    public void Exports_exactly_the_cmdlets_that_the_assembly_has_and_names_them_one_by_one()
    {
        string[] exported = [.. RunClean("Get-Command -Module EspProv | ForEach-Object Name").Select(name => name.ToString()!).Order(StringComparer.Ordinal)];
        string manifest = File.ReadAllText(ManifestPath);
        Type[] types = ((Type)RunClean("(Get-Command Find-EspProvDevice).ImplementingType")[0].BaseObject).Assembly.GetExportedTypes();
        string[] implemented = [.. types
            .SelectMany(type => type.GetCustomAttributes(typeof(CmdletAttribute), false).Cast<CmdletAttribute>())
            .Select(cmdlet => $"{cmdlet.VerbName}-{cmdlet.NounName}").Order(StringComparer.Ordinal)];

        Assert.Equal(implemented, exported);
        Assert.All(exported, name => Assert.Contains($"'{name}'", manifest, StringComparison.Ordinal));
        Assert.DoesNotContain("'*'", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cmdlet_that_changes_something_supports_WhatIf_and_no_other_does()
    {
        string[] supporting = [.. RunClean("Get-Command -Module EspProv | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object Name")
            .Select(name => name.ToString()!)];
        string[] changing = ["Clear", "Connect", "Disconnect", "Export", "Reset", "Restart", "Send", "Set", "Start", "Stop"];
        string[] all = [.. RunClean("Get-Command -Module EspProv | ForEach-Object Name").Select(name => name.ToString()!)];

        Assert.Equal(all.Where(name => changing.Contains(name.Split('-')[0]) || name is "Invoke-EspProvisioning" or "New-EspProvReport" or "New-EspQrCode" or "Export-EspSec2Credential").Order(), supporting.Order());
    }

    [Fact]
    public void Secrets_are_SecureStrings_or_PSCredentials()
    {
        foreach (PSObject command in RunClean("Get-Command -Module EspProv"))
        {
            foreach (ParameterMetadata parameter in ((CommandInfo)command.BaseObject).Parameters.Values)
            {
                if (parameter.Name is "ProofOfPossession" or "Password" or "Passphrase" or "SoftApKey")
                    Assert.Equal(typeof(System.Security.SecureString), parameter.ParameterType);
                if (parameter.Name.EndsWith("Credential", StringComparison.Ordinal))
                    Assert.Equal(typeof(PSCredential), parameter.ParameterType);
            }
        }
    }
}
