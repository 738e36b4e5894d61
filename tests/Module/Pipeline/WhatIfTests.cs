using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Pipeline;

public class WhatIfTests : ModuleTest
{
    [Theory]
    [InlineData("Connect-EspProvSession -Address $address -Pop abcd1234 -WhatIf")]
    [InlineData("Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234 -WhatIf")]
    [InlineData("Disconnect-EspProvSession $session -WhatIf")]
    [InlineData("Set-EspWifiCredential $session MyHomeWiFiAP mypassword -WhatIf")]
    [InlineData("Set-EspWifiCredential -Address $address -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword -WhatIf")]
    [InlineData("Set-EspWifiCredential -Address $address -Ssid MyHomeWiFiAP -Passphrase mypassword -WhatIf")]
    [InlineData("Reset-EspWifiProvisioning $session -WhatIf")]
    [InlineData("Reset-EspWifiProvisioning $session -Reprovision -WhatIf")]
    [InlineData("Find-EspProvDevice | Reset-EspWifiProvisioning -Pop abcd1234 -WhatIf")]
    [InlineData("Send-EspCustomData $session hello -WhatIf")]
    [InlineData("Send-EspCustomData -Address $address -Pop abcd1234 -Text hello -WhatIf")]
    [InlineData("Clear-EspVirtualDevice PROV_261FCC -WhatIf")]
    [InlineData("Restart-EspVirtualDevice PROV_261FCC -WhatIf")]
    [InlineData("Stop-EspVirtualDevice PROV_261FCC -WhatIf")]
    [InlineData("Start-EspVirtualDevice PROV_OTHER -WhatIf")]
    public void Says_what_would_be_done_and_sends_nothing(string command)
    {
        ConnectDevice();
        RunClean("$address = (Get-EspVirtualDevice).Address");
        long before = RunClean<long>("(Get-EspVirtualDevice).RequestCount");
        string shownBefore = Host.Shown;

        Assert.Empty(RunClean(command));

        Assert.Contains("What if:", Host.Shown[shownBefore.Length..], StringComparison.Ordinal);
        Assert.Equal(before, RunClean<long>("(Get-EspVirtualDevice PROV_261FCC).RequestCount"));
        Assert.Single(RunClean("Get-EspVirtualDevice"));
        Assert.Equal("Opened", RunClean<string>("(Get-EspProvSession).State"));
        Assert.Equal("Provisioning", RunClean<string>("(Get-EspVirtualDevice).State"));
    }

    [Fact]
    public void The_same_command_without_WhatIf_does_raise_the_count()
    {
        ConnectDevice();
        long before = RunClean<long>("(Get-EspVirtualDevice).RequestCount");
        RunClean("Send-EspCustomData $session hello");
        Assert.NotEqual(before, RunClean<long>("(Get-EspVirtualDevice).RequestCount"));
    }
}
