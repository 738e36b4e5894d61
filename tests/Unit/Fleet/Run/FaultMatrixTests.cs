using System.Text;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Networks.Thread;
using EspProv.Security;
using EspProv.Tests.Support;
using EspProv.Transports.Http;
using EspProv.Virtual;

namespace EspProv.Tests.Fleet.Run;

/// <summary>Something happens to each message of the flow in turn, on its way there and back; what is reported has to be true.</summary>
public class FaultMatrixTests
{
    private const string Ssid = "MyHomeWiFiAP";
    private const string Passphrase = "mypassword";

    private static readonly byte[] NetworkKey = Convert.FromHexString("00112233445566778899aabbccddeeff");

    // proto-ver, the handshake's two, status, set, apply, status.
    private const int Messages = 7;

    private static readonly TimeSpan ExchangeTimeout = TimeSpan.FromMilliseconds(600);

    [Theory]
    [InlineData(SecurityVersion.Security1, ProvisioningNetwork.Wifi)]
    [InlineData(SecurityVersion.Security2, ProvisioningNetwork.Wifi)]
    [InlineData(SecurityVersion.Security1, ProvisioningNetwork.Thread)]
    [InlineData(SecurityVersion.Security2, ProvisioningNetwork.Thread)]
    public async Task Whatever_happens_to_a_message_the_result_is_true(SecurityVersion version, ProvisioningNetwork network)
    {
        IEnumerable<(MessageFault fault, bool isRequest, int number)> cells =
            from fault in Enum.GetValues<MessageFault>()
            from isRequest in new[] { true, false }
            from number in Enumerable.Range(1, Messages)
            select (fault, isRequest, number);
        var outcomes = new System.Collections.Concurrent.ConcurrentBag<(string Cell, FleetResult Result, string? Lie)>();
        await Parallel.ForEachAsync(cells, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (cell, _) =>
        {
            (FleetResult result, string? lie) = await RunAsync(version, network, cell.number, cell.isRequest, cell.fault);
            outcomes.Add(($"{cell.fault} of {(cell.isRequest ? "request" : "response")} {cell.number}", result, lie));
        });

        Assert.Equal(Enum.GetValues<MessageFault>().Length * 2 * Messages, outcomes.Count);
        Assert.Empty(outcomes.Where(outcome => outcome.Lie is not null).Select(outcome => $"{outcome.Cell}: {outcome.Lie} ({outcome.Result.Status} {outcome.Result.Error})"));

        // Most of them are not only truthful but successful, after a fresh handshake where one was needed.
        string[] others = [.. outcomes.Where(outcome => outcome.Result.Status is not FleetStatus.Connected).Select(outcome => $"{outcome.Cell}: {outcome.Result.Status} {outcome.Result.Reason}")];
        Assert.True(others.Length <= 8, string.Join('\n', others));
    }

    private static async Task<(FleetResult Result, string? Lie)> RunAsync(
        SecurityVersion version, ProvisioningNetwork network, int number, bool isRequest, MessageFault fault)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(
            new VirtualDeviceOptions
            {
                SecurityVersion = version,
                Network = network,
                Component = network is ProvisioningNetwork.Thread ? ProvisioningComponent.NetworkProvisioning : ProvisioningComponent.WifiProvisioning,
                ConnectDelay = TimeSpan.FromMilliseconds(20),
            },
            CancellationToken.None);
        await using var proxy = new FaultProxy(device.Address, number, isRequest, fault, ExchangeTimeout * 1.5);
        var options = new FleetOptions
        {
            MaxAttempts = 4,
            RetryDelay = TimeSpan.FromMilliseconds(20),
            JoinTimeout = TimeSpan.FromSeconds(6),
            Timeout = TimeSpan.FromSeconds(30),
        };
        FleetResult? result = null;
        var run = new FleetRun(options, new HttpLinks(new HttpTransportOptions { ConnectTimeout = TimeSpan.FromSeconds(5), ExchangeTimeout = ExchangeTimeout }), journal: null, done => result = done, (_, _, _) => { });
        await using (run)
        {
            FleetRow row = Row(version, network, proxy.Address);
            Assert.Equal(FleetVerdictKind.Ready, (await run.ExamineAsync(row)).Kind);
            run.Add(row);
            await run.CompleteAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }

        return (result!, LieIn(result!, device, proxy));
    }

    private static string? LieIn(FleetResult result, VirtualDevice device, FaultProxy proxy)
    {
        if (!proxy.HasActed)
            return "the message never came";
        if (proxy.Seen.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Passphrase)) >= 0)
            return "the passphrase passed in the clear";
        if (proxy.Seen.AsSpan().IndexOf(NetworkKey) >= 0)
            return "the network key passed in the clear";
        bool joined = device.State is VirtualDeviceState.Connected && device.Ssid == (device.Options.Network is ProvisioningNetwork.Thread ? "OpenThreadDemo" : Ssid);
        return result.Status switch
        {
            FleetStatus.Connected when !joined => "the device is not connected",
            FleetStatus.Failed when joined => "the device is connected",
            FleetStatus.Failed when result.Reason is nameof(ProvisioningErrorReason.WrongCredentials) => "the credentials are right",
            FleetStatus.Connected or FleetStatus.Failed or FleetStatus.Unknown => null,
            _ => "it was tried",
        };
    }

    private static FleetRow Row(SecurityVersion version, ProvisioningNetwork network, string address)
    {
        bool isForThread = network is ProvisioningNetwork.Thread;
        return new FleetRow
        {
            Number = 1,
            Address = address,
            SecurityVersion = version,
            ProofOfPossession = version is SecurityVersion.Security1 ? Secret.FromUtf8("abcd1234") : null,
            Username = version is SecurityVersion.Security2 ? "wifiprov" : null,
            Password = version is SecurityVersion.Security2 ? Secret.FromUtf8("abcd1234") : null,
            Ssid = isForThread ? default : Encoding.UTF8.GetBytes(Ssid),
            SsidText = isForThread ? "" : Ssid,
            Passphrase = isForThread ? null : Secret.FromUtf8(Passphrase),
            Dataset = isForThread ? Dataset() : null,
        };
    }

    private static ThreadDataset Dataset()
    {
        using var key = new Secret(NetworkKey);
        return ThreadDataset.Create(new ThreadDatasetValues { NetworkKey = key, PanId = 0x1234, ExtendedPanId = Convert.FromHexString("1111111122222222"), Channel = 15 });
    }
}
