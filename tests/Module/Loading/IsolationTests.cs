using System.Management.Automation;
using System.Reflection;
using System.Security;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Loading;

/// <summary>An error that nobody expected is one device's, and the others go on; what waits for the pipeline has a bound.</summary>
public class IsolationTests : ModuleTest
{
    // Its data is carried by a person, whose answer this host lacks and says so with an exception that no cmdlet expects.
    private const string BadDevice =
        "$bad = [Activator]::CreateInstance(@(Find-EspProvDevice)[0].GetType()); " +
        "$bad.Name = $bad.Address = 'PROV_BAD'; $bad.Transport = 'Console'";

    public IsolationTests() => RunClean("Import-Module -Assembly $tests", ("tests", typeof(TestFullSinkCommand).Assembly));

    [Theory]
    [InlineData("Connect-EspProvSession -Pop abcd1234", "Sessions.ConnectEspProvSession")]
    [InlineData("Get-EspProvCapability", "Sessions.GetEspProvCapability")]
    [InlineData("Get-EspWifiStatus -Pop abcd1234", "Wifi.GetEspWifiStatus")]
    [InlineData("Get-EspWifiScan -Pop abcd1234 -First 1", "Wifi.GetEspWifiScan")]
    public void One_device_that_throws_something_unexpected_does_not_stop_the_others(string command, string id)
    {
        StartDevice();
        StartDevice("PROV_999999");
        RunClean(BadDevice);
        IReadOnlyList<PSObject> output = Run(
            $"@(@(Find-EspProvDevice PROV_26) + $bad + @(Find-EspProvDevice PROV_99)) | {command} -Verbose");

        Assert.Equal(2, output.Count);
        ErrorRecord error = Assert.Single(Errors);
        Assert.Equal($"UnexpectedError,EspProv.Commands.{id}Command", error.FullyQualifiedErrorId);
        Assert.Equal("PROV_BAD", error.TargetObject.ToString());
        Assert.StartsWith("PROV_BAD: ", error.ToString(), StringComparison.Ordinal);
        Assert.Null(error.Exception.InnerException);
        Assert.Contains(Streams.Verbose, line => line.Message == "PROV_BAD: System.InvalidOperationException.");
    }

    [Fact]
    public void A_row_that_cannot_be_read_is_a_result_and_the_other_rows_have_theirs()
    {
        var disposed = new SecureString();
        disposed.Dispose();
        IEnumerable<PSObject> unordered = RunClean(
            """
            $devices = @(Start-EspVirtualDevice -Count 3 -ConnectDelay 0)
            $rows = @($devices | ForEach-Object {
                @{ Name = $_.Name; Address = $_.Address; Pop = 'abcd1234'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' } })
            $rows[1].Passphrase = $disposed
            $rows | Invoke-EspProvisioning -Verbose
            """,
            ("disposed", disposed));
        PSObject[] output = [.. unordered.OrderBy(result => (int)result.Properties["Row"].Value)];
        Assert.Equal(["Connected", "Invalid", "Connected"], output.Select(result => result.Properties["Status"].Value.ToString()));
        Assert.Equal("UnexpectedError", output[1].Properties["ErrorId"].Value);
        Assert.Contains(Streams.Verbose, line => line.Message == "Row 2: System.ObjectDisposedException.");
    }

    [Fact]
    public void A_log_whose_first_lines_were_dropped_says_so_and_keeps_its_numbers()
    {
        StartDevice("PROV_261FCC", "-ShowQr");
        RunClean("""
            do {
                1..20 | ForEach-Object { Clear-EspVirtualDevice PROV_261FCC -Confirm:$false }
                $null = Get-EspVirtualDeviceLog PROV_261FCC -WarningVariable dropped -WarningAction SilentlyContinue
            } until ($dropped)
            """);

        IReadOnlyList<PSObject> lines = RunClean("Get-EspVirtualDeviceLog PROV_261FCC");
        string warning = Assert.Single(Streams.Warning).Message;
        long first = (long)lines[0].Properties["Number"].Value;
        Assert.Contains($"the first {first - 1} lines", warning, StringComparison.Ordinal);
        long last = first + lines.Count - 1;
        Assert.Equal(last, lines[^1].Properties["Number"].Value);

        Assert.Equal(last, Assert.Single(RunClean("Get-EspVirtualDeviceLog PROV_261FCC -Last 1")).Properties["Number"].Value);
        Assert.Empty(Streams.Warning);
    }

    [Fact]
    public void Verbose_messages_that_wait_for_a_pipeline_that_stands_still_have_a_limit_and_warnings_pass()
    {
        StartDevice();
        RunClean("Test-FullSink -Verbose");
        Assert.Equal(10_001, Streams.Verbose.Count);
        Assert.StartsWith("500 verbose and debug messages", Streams.Verbose[^1].Message, StringComparison.Ordinal);
        Assert.Equal("still here", Assert.Single(Streams.Warning).Message);
    }
}

/// <summary>Fills a sink of the module's before the pipeline thread takes anything out of it.</summary>
[Cmdlet(VerbsDiagnostic.Test, "FullSink")]
public sealed class TestFullSinkCommand : PSCmdlet
{
    /// <summary>Fills and empties it.</summary>
    protected override void ProcessRecord()
    {
        Type type = AppDomain.CurrentDomain.GetAssemblies().First(assembly => assembly.GetName().Name == "EspProv.PowerShell")
            .GetType("EspProv.Commands.Pipeline.PipelineSink", throwOnError: true)!;
        object sink = Activator.CreateInstance(type, nonPublic: true)!;
        for (int i = 0; i < 10_500; i++)
            Call("Verbose", $"message {i}");
        Call("Warning", "still here");
        Call("Complete");
        Call("Pump", this, CancellationToken.None);

        void Call(string method, params object[] arguments) =>
            type.GetMethod(method, BindingFlags.NonPublic | BindingFlags.Instance)!.Invoke(sink, arguments);
    }
}
