using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.Loader;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Errors;

public class ErrorTests : ModuleTest
{
    [Fact]
    public void Every_error_that_there_is_has_a_category_and_one_thing_to_do_next()
    {
        // A session makes sure that the libraries are loaded, in their own load context.
        ConnectDevice();
        IEnumerable<string> ids =
        [
            .. Enum.GetNames(TypeOf("EspProv.Core", "EspProv.ProvisioningErrorReason")),
            .. Enum.GetNames(TypeOf("EspProv.Fleet", "EspProv.Fleet.Journal.FleetJournalProblem")),
            .. Enum.GetNames(TypeOf("EspProv.Board", "EspProv.Board.Loader.BoardProblem")),
            .. Enum.GetNames(TypeOf("EspProv.PowerShell", "EspProv.Commands.Errors.ModuleError")),
            .. Constants(TypeOf("EspProv.Core", "EspProv.Sessions.JoinFailure")),
            .. Constants(TypeOf("EspProv.Fleet", "EspProv.Fleet.FleetErrorIds")),
        ];
        var catalogue = (System.Collections.IDictionary)TypeOf("EspProv.PowerShell", "EspProv.Commands.Errors.ErrorCatalogue")
            .GetProperty("Errors", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;

        var advice = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry entry in catalogue)
        {
            object about = entry.Value!;
            string action = (string)about.GetType().GetProperty("RecommendedAction")!.GetValue(about)!;
            Assert.NotEqual(ErrorCategory.NotSpecified, about.GetType().GetProperty("Category")!.GetValue(about));
            Assert.True(action.Length > 20 && action.EndsWith('.'), $"{entry.Key}: {action}");
            Assert.DoesNotContain(action, advice.Values);
            advice.Add((string)entry.Key, action);
        }

        Assert.Equal(ids.Order(), advice.Keys.Order());
    }

    [Theory]
    [InlineData("-Pop wrong-one", "", "WrongCredentials", ErrorCategory.AuthenticationError)]
    [InlineData("-Pop abcd1234 -SecurityVersion 2 -Username a -Password b", "", "SecurityMismatch", ErrorCategory.ProtocolError)]
    [InlineData("-Username wifiprov -Password wrong-one", "-SecurityVersion 2", "WrongCredentials", ErrorCategory.AuthenticationError)]
    [InlineData("-Username nobody -Password abcd1234", "-SecurityVersion 2", "WrongCredentials", ErrorCategory.AuthenticationError)]
    [InlineData("-Pop abcd1234", "-SecurityVersion 0", "SecurityDowngrade", ErrorCategory.SecurityError)]
    [InlineData("", "-SecurityVersion 0", "SecurityDowngrade", ErrorCategory.SecurityError)]
    [InlineData("-Pop abcd1234", "-ProofOfPossession ''", "SecurityDowngrade", ErrorCategory.SecurityError)]
    [InlineData("-Pop abcd1234 -SecurityVersion 1", "-ProofOfPossession ''", "SecurityDowngrade", ErrorCategory.SecurityError)]
    [InlineData("-Username a -Password b", "-SecurityVersion 1", "SecurityDowngrade", ErrorCategory.SecurityError)]
    public void A_handshake_that_fails_says_why(string proof, string device, string id, ErrorCategory category)
    {
        StartDevice("PROV_261FCC", device);
        ErrorRecord error = RunToError($"Find-EspProvDevice | Connect-EspProvSession {proof}");
        Assert.Equal($"{id},EspProv.Commands.Sessions.ConnectEspProvSessionCommand", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Equal("PROV_261FCC", error.TargetObject.ToString());
        Assert.NotEmpty(error.ErrorDetails.RecommendedAction);
        Assert.Empty(RunClean("Get-EspProvSession"));
    }

    [Theory]
    [InlineData("-Address 'http://x/y/z'", "InvalidAddress")]
    [InlineData("-Address '127.0.0.1:99999'", "InvalidAddress")]
    public void An_address_that_makes_no_sense_is_refused(string address, string id) =>
        Assert.Equal(id, IdOf(RunToError($"Connect-EspProvSession {address} -Pop abcd1234")));

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<html>hi</html>", "NotAProvisioningDevice")]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "NotAProvisioningDevice")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "NotAProvisioningDevice")]
    [InlineData(null, "ExchangeTimeout")]
    public async Task What_is_not_a_device_is_told_apart(string? reply, string id)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        Task server = AnswerAsync(listener, reply, stop.Token);

        ErrorRecord error = RunToError($"Connect-EspProvSession -Address {listener.LocalEndpoint} -Pop abcd1234 -ConnectTimeout 5 -ExchangeTimeout 0.5");

        Assert.Equal(id, IdOf(error));
        await stop.CancelAsync();
        await server;
    }

    [Fact]
    public void A_device_that_goes_away_is_a_session_that_is_lost_or_unreachable()
    {
        ConnectDevice();
        RunClean("Stop-EspVirtualDevice PROV_261FCC");
        Assert.Contains(IdOf(RunToError("Get-EspWifiStatus $session")), new[] { "SessionLost", "DeviceUnreachable" });
        Assert.Contains(RunClean<string>("$session.State"), new[] { "Opened", "Closed" });
    }

    [Theory]
    [InlineData("Reset-EspWifiProvisioning $session", "Opened", "Run the command again")]
    [InlineData("Send-EspCustomData $session hello", "Opened", "Run the command again")]
    [InlineData("Get-EspWifiStatus $session", "Closed", "Connect again with Connect-EspProvSession")]
    public void The_advice_after_a_lost_session_depends_on_whether_it_is_still_open(string command, string state, string advice)
    {
        // A device that another session has provisioned ends its service.
        ConnectDevice();
        RunClean("""
            $other = Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234
            $null = Set-EspWifiCredential $other MyHomeWiFiAP mypassword
            Stop-EspVirtualDevice PROV_261FCC
            """);
        ErrorRecord error = RunToError(command);
        Assert.Equal("SessionLost", IdOf(error));
        Assert.Equal(state, RunClean<string>("$session.State"));
        Assert.StartsWith(advice, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://192.168.4.1")]
    [InlineData("127.0.0.1:99999")]
    [InlineData("5 -Transport Ble")]
    public void The_advice_for_an_address_fits_whatever_is_wrong_with_it(string address)
    {
        string action = RunToError($"Connect-EspProvSession -Address {address} -Pop abcd1234").ErrorDetails.RecommendedAction;
        Assert.StartsWith("Correct the address as the message says", action, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Connect-EspProvSession")]
    [InlineData("Get-EspProvCapability")]
    public void Without_a_device_no_error_says_that_the_session_is_not_interactive(string command)
    {
        ErrorRecord error = RunToError(command);
        Assert.Equal("ParameterRequired", IdOf(error));
        Assert.Contains("Find-EspProvDevice", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("interactive", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Find-EspProvDevice -Timeout 1,5")]
    [InlineData("Find-EspProvDevice -Timeout '1,5'")]
    [InlineData("Connect-EspProvSession PROV_1 -ConnectTimeout 1,5")]
    [InlineData("Invoke-EspProvisioning -RetryDelay 1,5")]
    [InlineData("Invoke-EspProvisioning -JoinTimeout '1,5'")]
    [InlineData("Invoke-EspProvisioning -Deadline 1,5")]
    public void A_decimal_comma_is_an_error_that_says_how_to_write_the_number(string command)
    {
        ErrorRecord error = RunToError(command);
        Assert.Equal("ParameterArgumentTransformationError", IdOf(error));
        Assert.Contains("1.5", error.ToString(), StringComparison.Ordinal);
    }

    // The libraries are in a load context of their own, and there only once they were needed.
    private static Type TypeOf(string assembly, string name)
    {
        Assembly cmdlets = AppDomain.CurrentDomain.GetAssemblies().Single(loaded => loaded.GetName().Name == "EspProv.PowerShell");
        Assembly owner = assembly == "EspProv.PowerShell" ? cmdlets : LoadContextOfLibraries().LoadFromAssemblyName(new AssemblyName(assembly));
        return owner.GetType(name, throwOnError: true)!;
    }

    private static AssemblyLoadContext LoadContextOfLibraries() => AssemblyLoadContext.GetLoadContext(
        AppDomain.CurrentDomain.GetAssemblies().Single(loaded => loaded.GetName().Name == "EspProv.Core"))!;

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    private static async Task AnswerAsync(TcpListener listener, string? reply, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync(stop);
                byte[] buffer = new byte[4096];
                await client.GetStream().ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false, stop);
                if (reply is null)
                    await Task.Delay(Timeout.Infinite, stop);
                await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(reply!), stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
