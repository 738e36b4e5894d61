using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Security;
using EspProv.Tests.Support;
using EspProv.Tests.Transports.Http;
using EspProv.Virtual;

namespace EspProv.Tests.Fleet.Run;

/// <summary>A fleet over real sockets with one device in it whose version reply was made to end the run.</summary>
public sealed class HostileFleetTests : IDisposable
{
    private const int Good = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("espprov-hostile").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("""{"prov":{"ver":"v1.1","sec_ver":2,"sec_patch_ver":-1,"cap":["wifi_scan"]}}""")]
    [InlineData("""{"prov":{"ver":"v1.1","sec_ver":2,"sec_patch_ver":2147483648,"cap":["wifi_scan"]}}""")]
    [InlineData("""{"prov":{"ver":"v1.1","sec_ver":2,"sec_patch_ver":1e400,"cap":["wifi_scan"]}}""")]
    [InlineData("""{"prov":{"ver":"v1.1","sec_ver":2,"sec_patch_ver":"1","cap":["wifi_scan"]}}""")]
    [InlineData("""{"prov":{"ver":"v1.1","sec_ver":2,"sec_patch_ver":null,"cap":[null,{}]}}""")]
    [InlineData("""{"prov":{"ver":[],"sec_ver":-2147483649,"cap":7}}""")]
    [InlineData("""{"prov":[[[[[[[[[[""")]
    [InlineData("\0\u00ff\u00fe")]
    public async Task Twelve_of_twelve_good_devices_are_provisioned_whatever_the_thirteenth_says_also_when_the_run_is_resumed(
        string version)
    {
        await using var hostile = new ScriptedHttpServer();
        for (int i = 0; i < 100; i++)
            hostile.Ok(version);
        var options = new VirtualDeviceOptions { ConnectDelay = TimeSpan.Zero };
        VirtualDevice[] devices = await Task.WhenAll(Enumerable.Range(1, Good).Select(_ => VirtualDevice.StartAsync(options, default)));
        try
        {
            string[] addresses = [hostile.Address, .. devices.Select(device => device.Address)];
            FleetResult[] first = await RunAsync(addresses, resume: false);
            Assert.Equal((FleetStatus.Failed, true), (first[0].Status, first[0].ErrorId is not null));
            Assert.Equal(Good, first[1..].Count(result => result.Status is FleetStatus.Connected));
            Assert.All(devices, device => Assert.Equal(VirtualDeviceState.Connected, device.State));

            FleetResult[] second = await RunAsync(addresses, resume: true);
            Assert.Equal(FleetStatus.Failed, second[0].Status);
            Assert.All(second[1..], result => Assert.Equal((FleetStatus.Skipped, "ConnectedByEarlierRun"), (result.Status, result.Reason)));
        }
        finally
        {
            foreach (VirtualDevice device in devices)
                await device.DisposeAsync();
        }
    }

    private async Task<FleetResult[]> RunAsync(string[] addresses, bool resume)
    {
        await using var journal = FleetJournal.Open(Path.Combine(_folder, "run.jsonl"), resume);
        var options = new FleetOptions { RetryDelay = TimeSpan.FromMilliseconds(5) };
        return await WholePlan.RunAsync(
            addresses.Select((address, i) => Row(i + 1, address)), journal, options, new HttpLinks(), (_, _, _) => { });
    }

    // With what either scheme takes, so that the hostile device's choice of one is followed.
    private static FleetRow Row(int number, string address) => new()
    {
        Number = number,
        Address = address,
        SecurityVersion = number == 1 ? SecurityVersion.Security2 : SecurityVersion.Security1,
        ProofOfPossession = Secret.FromUtf8("abcd1234"),
        Username = "wifiprov",
        Password = Secret.FromUtf8("abcd1234"),
        Ssid = "MyHomeWiFiAP"u8.ToArray(),
        SsidText = "MyHomeWiFiAP",
        Passphrase = Secret.FromUtf8("mypassword"),
    };
}
