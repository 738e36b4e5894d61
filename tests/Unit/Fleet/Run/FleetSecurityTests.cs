using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Security;
using EspProv.Tests.Support;
using EspProv.Virtual;

namespace EspProv.Tests.Fleet.Run;

/// <summary>What a row's result says of its session's security.</summary>
public sealed class FleetSecurityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("espprov-fleet").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_constant_nonce_is_a_warning_in_the_result_and_in_the_journal_and_once_over_all_attempts()
    {
        int lost = 2;
        await using VirtualDevice old = await StartAsync(Security2Patch.Patch0Nonce16, request =>
            request.Endpoint == "prov-config" && Interlocked.Decrement(ref lost) >= 0
                ? new VirtualFault(VirtualFaultKind.DropResponse)
                : VirtualFault.None);
        await using VirtualDevice current = await StartAsync(Security2Patch.Patch1, _ => VirtualFault.None);
        string path = Path.Combine(_folder, "run.jsonl");

        FleetResult[] results;
        await using (var journal = FleetJournal.Open(path, resume: false))
            results = await RunAsync(journal, Row(1, old.Address), Row(2, current.Address));

        Assert.Equal([FleetStatus.Connected, FleetStatus.Connected], results.Select(result => result.Status));
        Assert.Equal(1, results[0].Warning!.Split("same nonce").Length - 1);
        Assert.Contains("5.4.1", results[0].Warning, StringComparison.Ordinal);
        Assert.Null(results[1].Warning);
        var merge = new FleetJournalMerge();
        merge.Add(path);
        Assert.Equal([results[0].Warning, null], merge.Results().Select(result => result.Warning));
    }

    [Fact]
    public async Task A_device_that_nothing_proved_is_a_warning_in_the_result()
    {
        var options = new VirtualDeviceOptions { ProofOfPossession = "", ConnectDelay = TimeSpan.Zero };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, CancellationToken.None);

        FleetResult result = Assert.Single(await RunAsync(null, Row(1, device.Address, username: null)));

        Assert.Equal(FleetStatus.Connected, result.Status);
        Assert.Contains("nothing proves", result.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reflected_request_fails_the_row_at_once()
    {
        await using VirtualDevice device = await StartAsync(Security2Patch.Patch1, _ => VirtualFault.None);
        await using var relay = new HttpRelay(device.Address, async (relay, endpoint, body) =>
            endpoint is "proto-ver" or "prov-session" ? await relay.AskDeviceAsync(endpoint, body) : body);

        FleetResult result = Assert.Single(await RunAsync(null, Row(1, relay.Address)));

        string id = nameof(ProvisioningErrorReason.ReflectedResponse);
        Assert.Equal((FleetStatus.Failed, id, id, 1), (result.Status, result.Reason, result.ErrorId, result.Attempts));
        Assert.Single(relay.Requests, request => request.Endpoint == "prov-config");
    }

    [Fact]
    public async Task A_reflected_Apply_is_unknown_and_says_why()
    {
        await using VirtualDevice device = await StartAsync(Security2Patch.Patch1, _ => VirtualFault.None);
        int configs = 0;
        await using var relay = new HttpRelay(device.Address, async (relay, endpoint, body) =>
            endpoint == "prov-config" && ++configs == 3 ? body : await relay.AskDeviceAsync(endpoint, body));

        FleetResult result = Assert.Single(await RunAsync(null, Row(1, relay.Address)));

        string id = nameof(ProvisioningErrorReason.ReflectedResponse);
        Assert.Equal((FleetStatus.Unknown, id, id, 1), (result.Status, result.Reason, result.ErrorId, result.Attempts));
    }

    private static Task<VirtualDevice> StartAsync(Security2Patch patch, Func<VirtualRequest, VirtualFault> faults)
    {
        var options = new VirtualDeviceOptions
        {
            SecurityVersion = SecurityVersion.Security2,
            Security2Patch = patch,
            ConnectDelay = TimeSpan.Zero,
            Faults = faults,
        };
        return VirtualDevice.StartAsync(options, CancellationToken.None);
    }

    private static FleetRow Row(int number, string address, string? username = "wifiprov") => new()
    {
        Number = number,
        Address = address,
        Username = username,
        Password = username is null ? null : Secret.FromUtf8("abcd1234"),
        Ssid = "MyHomeWiFiAP"u8.ToArray(),
        SsidText = "MyHomeWiFiAP",
        Passphrase = Secret.FromUtf8("mypassword"),
    };

    private static async Task<FleetResult[]> RunAsync(FleetJournal? journal, params FleetRow[] rows)
    {
        var results = new System.Collections.Concurrent.ConcurrentBag<FleetResult>();
        var options = new FleetOptions { RetryDelay = TimeSpan.FromMilliseconds(10) };
        await using var run = new FleetRun(options, new HttpLinks(), journal, results.Add, (_, _, _) => { });
        foreach (FleetRow row in rows)
        {
            Assert.Equal(FleetVerdictKind.Ready, (await run.ExamineAsync(row)).Kind);
            run.Add(row);
        }

        await run.CompleteAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return [.. results.OrderBy(result => result.Row)];
    }
}
