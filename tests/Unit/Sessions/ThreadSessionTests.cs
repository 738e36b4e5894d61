using EspProv.Devices;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Networks.Thread;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Virtual;

namespace EspProv.Tests.Sessions;

/// <summary>The Thread verbs of a session over real HTTP, with a virtual device that is built for Thread.</summary>
public class ThreadSessionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly VirtualDeviceOptions ForThread = new()
    {
        Component = ProvisioningComponent.NetworkProvisioning,
        Network = ProvisioningNetwork.Thread,
        ConnectDelay = TimeSpan.Zero,
        ScanDelay = TimeSpan.Zero,
        AttachTimeout = TimeSpan.FromMilliseconds(50),
    };

    [Fact]
    public async Task The_device_says_that_it_is_built_for_Thread()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(ForThread, default);
        await using ProvisioningSession session = await ConnectAsync(device);
        Assert.Equal("netprov-v1.2", session.Capability.Version);
        Assert.Equal(["thread_prov", "thread_scan"], session.Capability.Capabilities);
    }

    [Fact]
    public async Task A_scan_brings_every_network_with_all_that_a_dataset_needs_but_the_key()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(ForThread, default);
        await using ProvisioningSession session = await ConnectAsync(device);

        IReadOnlyList<ThreadNetwork> networks = await session.ScanThreadAsync(new ThreadScanOptions(), default);

        Assert.Equal(["OpenThreadDemo", "NeighboursThread"], networks.Select(network => network.NetworkName));
        Assert.Equal(
            new ThreadNetwork
            {
                NetworkName = "OpenThreadDemo",
                PanId = 0x1234,
                ExtendedPanId = "1111111122222222",
                ExtendedAddress = "166e0a0000000002",
                Channel = 15,
                Rssi = -48,
                Lqi = 220,
            },
            networks[0] with { NetworkNameBytes = default });
        Assert.Equal("OpenThreadDemo"u8.ToArray(), networks[0].NetworkNameBytes.ToArray());
        Assert.Equal("NeighboursThread", Assert.Single(await session.ScanThreadAsync(new ThreadScanOptions { Channels = [19, 20] }, default)).NetworkName);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => session.ScanThreadAsync(new ThreadScanOptions { Channels = [10] }, default));
    }

    [Theory]
    [InlineData(SecurityVersion.Security0)]
    [InlineData(SecurityVersion.Security1)]
    [InlineData(SecurityVersion.Security2)]
    public async Task A_device_attaches_to_the_network_of_its_dataset(SecurityVersion version)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(ForThread with { SecurityVersion = version }, default);
        await using ProvisioningSession session = await ConnectAsync(device);
        using ThreadDataset dataset = ThreadDatasetTests.Create();

        Assert.Equal(ThreadAttachState.Attaching, (await session.GetThreadStatusAsync(default)).State);
        ThreadProvisioningResult result = await session.ProvisionThreadAsync(dataset, Patience, null, default);

        Assert.Equal((ProvisioningOutcome.Connected, "OpenThreadDemo", 0x1234, 15), (result.Outcome, result.NetworkName, result.PanId!.Value, result.Channel!.Value));
        Assert.Equal(("1111111122222222", null), (result.ExtendedPanId, result.Reason));
        Assert.Equal((VirtualDeviceState.Connected, "OpenThreadDemo"), (device.State, device.Ssid));
        Assert.True(session.CredentialsApplied);
        Assert.DoesNotContain(device.MonitorLog, line => line.Contains("00112233", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_wrong_key_ends_in_not_found_and_a_reset_lets_another_dataset_follow()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(ForThread, default);
        await using ProvisioningSession session = await ConnectAsync(device);
        using ThreadDataset wrong = ThreadDatasetTests.Create(key: "0f1e2d3c4b5a69788796a5b4c3d2e1f0"), right = ThreadDatasetTests.Create();

        await session.ResetThreadAsync(default); // Nothing to reset is no error for Thread.
        ThreadProvisioningResult failed = await session.ProvisionThreadAsync(wrong, Patience, null, default);
        Assert.Equal((ProvisioningOutcome.Failed, "NetworkNotFound"), (failed.Outcome, failed.Reason));
        ProvisioningException again = await Assert.ThrowsAsync<ProvisioningException>(() => session.ProvisionThreadAsync(right, Patience, null, default));
        Assert.Equal(ProvisioningErrorReason.InvalidDeviceState, again.Reason);
        Assert.Contains("reset its Thread provisioning", again.Message, StringComparison.Ordinal);

        await session.ResetThreadAsync(default);

        Assert.Equal(ProvisioningOutcome.Connected, (await session.ProvisionThreadAsync(right, Patience, null, default)).Outcome);
        Assert.Equal(
            ProvisioningErrorReason.InvalidDeviceState,
            (await Assert.ThrowsAsync<ProvisioningException>(() => session.ResetThreadAsync(default))).Reason);
        Assert.Equal(
            ProvisioningErrorReason.InvalidDeviceState,
            (await Assert.ThrowsAsync<ProvisioningException>(() => session.ReprovisionThreadAsync(default))).Reason);
    }

    [Fact]
    public async Task A_dataset_that_the_device_cannot_make_sense_of_is_a_result_although_apply_is_refused()
    {
        // As recorded: Set is taken, Apply is an InternalError, and the status says why.
        ScriptedDevice device = new ScriptedDevice { VersionReply = """{"prov":{"ver":"netprov-v1.2","sec_ver":0,"cap":["no_sec","thread_prov","thread_scan"]}}""" }
            .Answer(2, _ => Convert.FromHexString("08099a0100"))
            .Answer(3, _ => Convert.FromHexString("080baa01020805"))
            .Answer(4, _ => Convert.FromHexString("08078a010410035000"));
        await using ProvisioningSession session = await device.ConnectAsync();
        using ThreadDataset dataset = ThreadDatasetTests.Create();

        ThreadProvisioningResult result = await session.ProvisionThreadAsync(dataset, Patience, null, default);

        Assert.Equal((ProvisioningOutcome.Failed, "DatasetInvalid", false), (result.Outcome, result.Reason, session.CredentialsApplied));
    }

    [Fact]
    public async Task Nothing_but_the_key_of_a_dataset_decides_which_network_it_is()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(ForThread, default);
        await using ProvisioningSession session = await ConnectAsync(device);
        using ThreadDataset dataset = ThreadDatasetTests.Create("another name", 0x4321, "3333333344444444", 26);

        Assert.Equal(
            ("OpenThreadDemo", 15),
            ((await session.ProvisionThreadAsync(dataset, Patience, null, default)) is var result ? result.NetworkName : null, result.Channel!.Value));
    }

    [Theory]
    [InlineData(true, true, ProvisioningOutcome.Connected)]
    [InlineData(true, false, ProvisioningOutcome.Failed)]
    [InlineData(false, true, ProvisioningOutcome.Failed)]
    public async Task A_full_device_that_nobody_answers_founds_a_network_from_a_dataset_with_a_timestamp(bool isFull, bool hasTimestamp, ProvisioningOutcome expected)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(ForThread with { FullThreadDevice = isFull }, default);
        await using ProvisioningSession session = await ConnectAsync(device);
        using ThreadDataset dataset = ThreadDatasetTests.Create(
            "nowhere", key: "0f1e2d3c4b5a69788796a5b4c3d2e1f0", change: values => values with { ActiveTimestamp = hasTimestamp ? 1 : null });

        ThreadProvisioningResult result = await session.ProvisionThreadAsync(dataset, Patience, null, default);

        Assert.Equal((expected, "nowhere"), (result.Outcome, result.NetworkName));
        Assert.Equal(expected is ProvisioningOutcome.Connected, device.MonitorLog.Any(line => line.Contains("-> leader", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_attached_device_that_keeps_its_service_up_starts_over()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(ForThread with { KeepServiceUp = true }, default);
        await using ProvisioningSession session = await ConnectAsync(device);
        using ThreadDataset first = ThreadDatasetTests.Create();
        using ThreadDataset second = ThreadDatasetTests.Create("NeighboursThread", 0xd9a0, "acc214689bc40bdf", 19, "ffeeddccbbaa99887766554433221100");
        await session.ProvisionThreadAsync(first, Patience, null, default);

        await session.ReprovisionThreadAsync(default);

        Assert.Equal(("NeighboursThread", 19), ((await session.ProvisionThreadAsync(second, Patience, null, default)) is var result ? result.NetworkName : null, result.Channel!.Value));
    }

    [Fact]
    public async Task A_device_for_the_other_kind_of_network_is_told_so_before_anything_is_sent()
    {
        await using VirtualDevice thread = await VirtualDevice.StartAsync(ForThread, default);
        await using VirtualDevice wifi = await VirtualDevice.StartAsync(new VirtualDeviceOptions(), default);
        await using ProvisioningSession toThread = await ConnectAsync(thread), toWifi = await ConnectAsync(wifi);
        using var credential = new WifiCredential("net"u8.ToArray(), null);
        using ThreadDataset dataset = ThreadDatasetTests.Create();
        long before = thread.RequestCount + wifi.RequestCount;

        foreach (Func<Task> verb in (Func<Task>[])
        [
            () => toThread.ScanWifiAsync(new WifiScanOptions(), default),
            () => toThread.ProvisionWifiAsync(credential, Patience, null, default),
            () => toThread.GetWifiStatusAsync(default),
            () => toThread.ResetWifiAsync(default),
            () => toWifi.ScanThreadAsync(new ThreadScanOptions(), default),
            () => toWifi.ProvisionThreadAsync(dataset, Patience, null, default),
            () => toWifi.GetThreadStatusAsync(default),
            () => toWifi.ResetThreadAsync(default),
            () => toWifi.ReprovisionThreadAsync(default),
        ])
        {
            Assert.Equal(ProvisioningErrorReason.NotSupportedByDevice, (await Assert.ThrowsAsync<ProvisioningException>(verb)).Reason);
        }

        Assert.Equal(before, thread.RequestCount + wifi.RequestCount);
    }

    [Fact]
    public async Task A_device_keeps_its_network_while_it_is_off_and_the_file_does_not_hold_the_key()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("espprov").FullName, "state.json");
        try
        {
            VirtualDeviceOptions options = ForThread with { StatePath = path };
            await using (VirtualDevice device = await VirtualDevice.StartAsync(options, default))
            {
                await using ProvisioningSession session = await ConnectAsync(device);
                using ThreadDataset dataset = ThreadDatasetTests.Create();
                await session.ProvisionThreadAsync(dataset, Patience, null, default);
            }

            Assert.DoesNotContain("00112233", await File.ReadAllTextAsync(path), StringComparison.OrdinalIgnoreCase);
            await using VirtualDevice again = await VirtualDevice.StartAsync(options, default);
            Assert.Equal((VirtualDeviceState.AlreadyProvisioned, "OpenThreadDemo"), (again.State, again.Ssid));
            Assert.Contains(again.MonitorLog, line => line.Contains("Already provisioned", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Theory]
    [InlineData("", "00112233445566778899aabbccddeeff")]
    [InlineData("lab", "0011")]
    public async Task A_world_that_cannot_be_is_refused(string name, string key) => await Assert.ThrowsAsync<ArgumentException>(
        () => VirtualDevice.StartAsync(ForThread with { ThreadNetworks = [new() { NetworkName = name, NetworkKey = new Secret(Convert.FromHexString(key)) }] }, default));

    [Fact]
    public async Task Thread_needs_network_provisioning() => await Assert.ThrowsAsync<ArgumentException>(
        () => VirtualDevice.StartAsync(ForThread with { Component = ProvisioningComponent.WifiProvisioning }, default));

    private static Task<ProvisioningSession> ConnectAsync(VirtualDevice device) => ProvisioningSession.ConnectAsync(
        new ProvisioningDevice { Name = device.Name, Transport = ProvisioningTransport.SoftAP, Address = device.Address },
        new HttpTransport(device.Address),
        new SessionOptions
        {
            AllowUnencrypted = device.Options.SecurityVersion is SecurityVersion.Security0,
            Credential = device.Options.SecurityVersion switch
            {
                SecurityVersion.Security1 => new SecurityCredential { ProofOfPossession = Secret.FromUtf8("abcd1234") },
                SecurityVersion.Security2 => new SecurityCredential { Username = "wifiprov", Password = Secret.FromUtf8("abcd1234") },
                _ => SecurityCredential.None,
            },
        },
        default);
}
