using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Sessions;

public class StoryTests : ModuleTest
{
    [Fact]
    public void Verbose_tells_each_step_and_debug_each_exchange_without_its_content()
    {
        StartDevice();
        RunClean("""
            $session = Connect-EspProvSession -Address (Get-EspVirtualDevice).Address -Pop abcd1234 -Verbose -Debug
            $null = Get-EspWifiScan $session -Verbose -Debug
            $null = Set-EspWifiCredential $session MyHomeWiFiAP mypassword -Verbose -Debug
            """);
        string[] verbose = [.. Streams.Verbose.Select(record => record.Message)];
        string[] expected =
        [
            "Security 1: the device reports it.", "Session established with security 1 in", "The device's scan took", "The device has taken the credentials.",
            "The device applies the credentials.", "State of the device: Connected to 'MyHomeWiFiAP' with the address",
        ];
        Assert.All(expected, step => Assert.Contains(verbose, message => message.Contains(step, StringComparison.Ordinal)));
        string[] debug = [.. Streams.Debug.Select(record => record.Message)];
        Assert.All(
            new[] { "proto-ver", "prov-session", "prov-scan", "prov-config" },
            endpoint => Assert.Contains(debug, message => message.Contains($"{endpoint}: ", StringComparison.Ordinal) && message.Contains(" bytes received, ", StringComparison.Ordinal)));
        Assert.All(verbose.Concat(debug), message =>
        {
            Assert.DoesNotContain("abcd1234", message, StringComparison.Ordinal);
            Assert.DoesNotContain("mypassword", message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_request_without_a_reply_is_told_of_as_well()
    {
        StartDevice();
        RunToError("Connect-EspProvSession -Address (Get-EspVirtualDevice).Address -Pop wrong -Debug");
        Assert.Contains(Streams.Debug, record => record.Message.Contains("prov-session: ", StringComparison.Ordinal));
    }
}
