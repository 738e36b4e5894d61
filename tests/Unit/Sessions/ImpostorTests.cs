using System.Collections.Concurrent;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Virtual;

namespace EspProv.Tests.Sessions;

/// <summary>
/// A device that knows no secret, and says that none is needed (<c>no_pop</c>), over real sockets: its handshake would work with
/// anybody who believes it.
/// </summary>
public class ImpostorTests
{
    private const string Ssid = "MyHomeWiFiAP";
    private const string Passphrase = "mypassword";

    [Theory]
    [InlineData(null)]
    [InlineData(SecurityVersion.Security1)]
    public async Task An_impostor_that_says_no_pop_is_refused_before_the_handshake_when_a_proof_was_given(SecurityVersion? named)
    {
        await using Impostor impostor = await Impostor.StartAsync();

        ProvisioningException refusal = await Assert.ThrowsAsync<ProvisioningException>(() => ProvisionAsync(impostor.Address, named, "abcd1234"));

        Assert.Equal(ProvisioningErrorReason.SecurityDowngrade, refusal.Reason);
        Assert.Contains("leave the proof of possession out", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["proto-ver"], impostor.Asked);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(SecurityVersion.Security1)]
    public async Task Impostors_in_a_fleet_are_rows_that_fail_and_learn_nothing(SecurityVersion? named)
    {
        var options = new VirtualDeviceOptions { ConnectDelay = TimeSpan.Zero };
        await using VirtualDevice good = await VirtualDevice.StartAsync(options, CancellationToken.None);
        await using Impostor first = await Impostor.StartAsync();
        await using Impostor second = await Impostor.StartAsync();

        FleetResult[] results = await RunFleetAsync([first.Address, good.Address, second.Address], named);

        Assert.Equal([FleetStatus.Failed, FleetStatus.Connected, FleetStatus.Failed], results.Select(result => result.Status));
        foreach (FleetResult refused in new[] { results[0], results[2] })
        {
            string id = nameof(ProvisioningErrorReason.SecurityDowngrade);
            Assert.Equal((id, id, 1), (refused.Reason, refused.ErrorId, refused.Attempts));
            Assert.DoesNotContain("abcd1234", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(["proto-ver"], first.Asked);
        Assert.Equal(["proto-ver"], second.Asked);
    }

    [Fact]
    public async Task A_device_without_a_proof_of_possession_is_provisioned_by_a_user_who_gives_an_empty_one()
    {
        await using Impostor device = await Impostor.StartAsync();
        Assert.Equal(ProvisioningOutcome.Connected, (await ProvisionAsync(device.Address, null, "")).Outcome);
    }

    private static async Task<WifiProvisioningResult> ProvisionAsync(string address, SecurityVersion? named, string pop)
    {
        var proof = new SecurityCredential { ProofOfPossession = Secret.FromUtf8(pop) };
        await using ProvisioningSession session = await ProvisioningSession.ConnectAsync(
            new ProvisioningDevice { Name = "PROV_X", Address = address, Transport = ProvisioningTransport.SoftAP },
            new HttpTransport(address),
            new SessionOptions { SecurityVersion = named, Credential = proof },
            CancellationToken.None);
        using var credential = new WifiCredential(System.Text.Encoding.UTF8.GetBytes(Ssid), Secret.FromUtf8(Passphrase));
        return await session.ProvisionWifiAsync(credential, TimeSpan.FromSeconds(60), null, CancellationToken.None);
    }

    private static async Task<FleetResult[]> RunFleetAsync(string[] addresses, SecurityVersion? named)
    {
        var results = new ConcurrentBag<FleetResult>();
        var options = new FleetOptions { RetryDelay = TimeSpan.FromMilliseconds(10) };
        await using var run = new FleetRun(options, new HttpLinks(), null, results.Add, (_, _, _) => { });
        for (int i = 0; i < addresses.Length; i++)
        {
            var row = new FleetRow
            {
                Number = i + 1,
                Address = addresses[i],
                SecurityVersion = named,
                ProofOfPossession = Secret.FromUtf8("abcd1234"),
                Ssid = System.Text.Encoding.UTF8.GetBytes(Ssid),
                SsidText = Ssid,
                Passphrase = Secret.FromUtf8(Passphrase),
            };
            Assert.Equal(FleetVerdictKind.Ready, (await run.ExamineAsync(row)).Kind);
            run.Add(row);
        }

        await run.CompleteAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return [.. results.OrderBy(result => result.Row)];
    }

    /// <summary>Firmware without a proof of possession, which is all that an impostor needs to be.</summary>
    private sealed class Impostor(VirtualDevice device, ConcurrentQueue<string> asked) : IAsyncDisposable
    {
        public string Address => device.Address;

        /// <summary>The endpoints that were asked, in order.</summary>
        public string[] Asked => [.. asked];

        public static async Task<Impostor> StartAsync()
        {
            var asked = new ConcurrentQueue<string>();
            VirtualFault Note(VirtualRequest request)
            {
                asked.Enqueue(request.Endpoint);
                return VirtualFault.None;
            }

            var options = new VirtualDeviceOptions { ProofOfPossession = "", ConnectDelay = TimeSpan.Zero, Faults = Note };
            return new Impostor(await VirtualDevice.StartAsync(options, CancellationToken.None), asked);
        }

        public ValueTask DisposeAsync() => device.DisposeAsync();
    }
}
