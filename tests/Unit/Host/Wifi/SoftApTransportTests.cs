using System.Net;
using EspProv.Devices;
using EspProv.Host.DBus;
using EspProv.Host.Wifi;
using EspProv.Host.Wifi.NetworkManager;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Host.Bluetooth.BlueZ;
using EspProv.Tests.Host.DBus;
using EspProv.Tests.NetworkManager;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Virtual;

namespace EspProv.Tests.Host.Wifi;

/// <summary>
/// Joining a device's access point through NetworkManager, and coming back, with a double of NetworkManager on a real bus; the device behind
/// it is real HTTP.
/// </summary>
public sealed class SoftApTransportTests : IAsyncLifetime
{
    private static readonly VirtualDeviceOptions Quick = new() { ConnectDelay = TimeSpan.Zero, ScanDelay = TimeSpan.Zero };
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(60);

    private PrivateBus? _bus;
    private NetworkManagerDouble? _manager;

    private NetworkManagerDouble Manager => _manager ?? throw new SkipException("There is no dbus-daemon on this machine (Debian: package dbus).");

    private IHostWifi Wifi => new NetworkManagerWifi(Manager is null ? null : _bus!.Address, TimeProvider.System);

    // A skip is the test's to say.
    public async Task InitializeAsync()
    {
        try
        {
            _bus = await PrivateBus.StartAsync();
        }
        catch (SkipException)
        {
            return;
        }

        _manager = await NetworkManagerDouble.StartAsync(_bus.Address);
    }

    public async Task DisposeAsync()
    {
        if (_manager is not null)
            await _manager.DisposeAsync();
        if (_bus is not null)
            await _bus.DisposeAsync();
    }

    [SkippableFact]
    public async Task Networks_are_read_with_their_names_addresses_strengths_and_whether_they_want_a_key()
    {
        Manager.Hear([0x41, 0xFF], "24:0A:C4:00:00:04", 0, rsn: 0);
        IReadOnlyList<HostWifiNetwork> networks = await Wifi.ScanAsync(default);
        Assert.Equal(
            [
                new HostWifiNetwork("PROV_261FCC", "24:0a:c4:26:1f:cc", -60, true),
                new HostWifiNetwork("PROV_OPEN", "24:0a:c4:00:00:01", -70, false),
                new HostWifiNetwork(@"a:b\c", "24:0a:c4:00:00:02", -50, true),
                new HostWifiNetwork("A\uFFFD", "24:0a:c4:00:00:04", -100, false),
            ],
            networks);
        Assert.Equal(["RequestScan"], Manager.Log);
    }

    [SkippableFact]
    public async Task Five_hundred_access_points_are_all_heard_and_the_last_is_known_to_be_open()
    {
        Manager.HearMany(500);
        IReadOnlyList<HostWifiNetwork> networks = await Wifi.ScanAsync(default);
        Assert.Equal(500, networks.Count(network => network.Ssid.StartsWith("AIR_", StringComparison.Ordinal)));

        // What is not heard would be taken for a hidden network, and joined.
        Task<IWifiLease> joining = Wifi.JoinAsync("AIR_499", Secret.FromUtf8(NetworkManagerDouble.Key), JoinTimeout, default);
        Assert.Equal(ProvisioningErrorReason.WrongSoftApKey, (await Assert.ThrowsAsync<ProvisioningException>(() => joining)).Reason);
        await using (await Wifi.JoinAsync("AIR_499", null, JoinTimeout, default))
            Assert.NotEqual(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableFact]
    public async Task Ever_more_access_points_on_the_air_do_not_fill_the_memory_nor_keep_a_device_from_being_joined()
    {
        Manager.HearMany(DBusObjects.MaxObjects + 100);
        Assert.InRange((await Wifi.ScanAsync(default)).Count, DBusObjects.MaxObjects - 1, DBusObjects.MaxObjects);
        await using (await Wifi.JoinAsync("PROV_261FCC", Secret.FromUtf8(NetworkManagerDouble.Key), JoinTimeout, default))
            Assert.NotEqual(NetworkManagerDouble.Former, Manager.Network);
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableFact]
    public async Task A_list_of_networks_without_end_is_refused()
    {
        Manager.Hear(new byte[DBusStream.MaxMessageSize], "24:0A:C4:00:00:04", 50, rsn: 0);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => Wifi.ScanAsync(default));
        Assert.Equal(ProvisioningErrorReason.TransportUnavailable, error.Reason);
        Assert.Contains("longer than 8 MiB", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_device_is_provisioned_on_its_own_network_and_the_former_one_comes_back()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        await using (ProvisioningSession session = await ConnectAsync(device, NetworkManagerDouble.Key))
        {
            Assert.NotEqual(NetworkManagerDouble.Former, Manager.Network);
            using var credential = new WifiCredential("MyHomeWiFiAP"u8.ToArray(), Secret.FromUtf8("mypassword"));
            Assert.Equal(ProvisioningOutcome.Connected, (await session.ProvisionWifiAsync(credential, TimeSpan.FromSeconds(20), null, default)).Outcome);
        }

        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
        Assert.Equal(
            ["AddAndActivateConnection2 PROV_261FCC volatile dbus-client", $"ActivateConnection {NetworkManagerDouble.Former}"], Manager.Log);
        Assert.False(Manager.HasAgent);
        Assert.Equal([NetworkManagerDouble.Key], Manager.Keys);

        var ipv4 = (Dictionary<string, object>)Manager.Profile!["ipv4"];
        Assert.Equal((true, false), ((bool)ipv4["never-default"], (bool)ipv4["may-fail"]));
        Assert.False((bool)((Dictionary<string, object>)Manager.Profile["connection"])["autoconnect"]);

        // The key goes to the one who asks for it, and is not in the profile.
        var security = (Dictionary<string, object>)Manager.Profile[NetworkManagerProfile.Security];
        Assert.Equal(["key-mgmt", "psk-flags"], security.Keys.Order());
        Assert.Equal(2u, security["psk-flags"]);
    }

    [SkippableFact]
    public async Task An_open_network_is_joined_without_a_key()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        await using ProvisioningSession session = await ConnectAsync(device, key: null, accessPoint: "PROV_OPEN");
        Assert.True(session.IsOpen);
        Assert.False(Manager.Profile!.ContainsKey(NetworkManagerProfile.Security));
        Assert.False(Manager.HasAgent);
    }

    [SkippableFact]
    public async Task A_name_that_is_no_text_is_joined_as_it_is_on_the_air()
    {
        Manager.Hear([0x41, 0xFF], "24:0A:C4:00:00:04", 50, rsn: 0);
        await using (await Wifi.JoinAsync("A\uFFFD", null, JoinTimeout, default))
            Assert.Equal([0x41, 0xFF], (byte[])((Dictionary<string, object>)Manager.Profile!["802-11-wireless"])["ssid"]);
    }

    [SkippableTheory]
    [InlineData(53, "is not in range")]
    [InlineData(17, "got no address")]
    [InlineData(5, "got no address")]
    [InlineData(8, "did not let this machine in")]
    [InlineData(11, "did not let this machine in")]
    [InlineData(1, "NetworkManager gave up")]
    public async Task A_network_that_cannot_be_joined_is_an_error_with_its_reason_and_the_former_one_comes_back(int reason, string text)
    {
        Manager.FailWith = (uint)reason;
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => ConnectAsync(device, NetworkManagerDouble.Key));
        Assert.Equal(ProvisioningErrorReason.DeviceUnreachable, error.Reason);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.Contains($"reason {reason}", error.Message, StringComparison.Ordinal);
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableTheory]
    [InlineData("org.freedesktop.NetworkManager.PermissionDenied", ProvisioningErrorReason.TransportUnavailable)]
    [InlineData("org.freedesktop.NetworkManager.Device.IncompatibleConnection", ProvisioningErrorReason.DeviceUnreachable)]
    public async Task A_refusal_of_NetworkManager_is_told_and_the_machine_is_on_its_network(string name, ProvisioningErrorReason reason)
    {
        Manager.Refuse = new DBusException(name, "Not today.");
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => ConnectAsync(device, NetworkManagerDouble.Key));
        Assert.Equal(reason, error.Reason);
        Assert.Contains("Not today", error.Message, StringComparison.Ordinal);
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableFact]
    public async Task A_network_that_NetworkManager_refuses_to_join_does_not_interrupt_the_former_one()
    {
        Manager.Refuse = new DBusException(NetworkManagerNames.PermissionDenied, "Not today.");
        await Assert.ThrowsAsync<ProvisioningException>(() => Wifi.JoinAsync("PROV_OPEN", null, JoinTimeout, default));
        Assert.Equal(["AddAndActivateConnection2 PROV_OPEN volatile dbus-client"], Manager.Log);
    }

    [SkippableFact]
    public async Task A_second_join_that_is_refused_still_brings_the_former_network_back()
    {
        IWifiLease lease = await Wifi.JoinAsync("PROV_OPEN", null, JoinTimeout, default);
        Manager.Lose();
        Manager.Refuse = new DBusException(NetworkManagerNames.PermissionDenied, "Not today.");
        await Assert.ThrowsAsync<ProvisioningException>(() => lease.RejoinAsync(default));
        await lease.DisposeAsync();
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableFact]
    public async Task A_wrong_proof_brings_the_former_network_back()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        Assert.Equal(
            ProvisioningErrorReason.WrongCredentials,
            (await Assert.ThrowsAsync<ProvisioningException>(() => ConnectAsync(device, NetworkManagerDouble.Key, "wrong"))).Reason);
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableFact]
    public async Task An_address_that_is_told_after_the_end_of_joining_is_waited_for()
    {
        Manager.AddressDelay = TimeSpan.FromMilliseconds(300);
        await using IWifiLease lease = await Wifi.JoinAsync("PROV_OPEN", null, JoinTimeout, default);
        Assert.Equal(IPAddress.Loopback, lease.Address);
    }

    [SkippableFact]
    public async Task A_network_without_an_address_brings_the_former_one_back()
    {
        Manager.HasNoAddress = true;
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => ConnectAsync(device, null, accessPoint: "PROV_OPEN"));
        Assert.Contains("no address", error.Message, StringComparison.Ordinal);
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableFact]
    public async Task A_caller_that_gives_up_while_joining_is_back_on_the_former_network()
    {
        Manager.Stalls = true;
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        using var stop = new CancellationTokenSource();
        Task<ProvisioningSession> connecting = ConnectAsync(device, NetworkManagerDouble.Key, token: stop.Token);
        await BlueZFixture.EventuallyAsync(() => Task.FromResult(Manager.Keys.Length > 0));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableFact]
    public async Task Joining_that_takes_too_long_is_an_error_and_the_former_network_comes_back()
    {
        Manager.Stalls = true;
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => Wifi.JoinAsync("PROV_OPEN", null, TimeSpan.FromSeconds(2), default));
        Assert.Equal(ProvisioningErrorReason.DeviceUnreachable, error.Reason);
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableFact]
    public async Task A_device_that_is_lost_after_apply_is_followed_by_joining_again()
    {
        int drops = 0;
        VirtualDeviceOptions options = Quick with
        {
            Faults = request => request is { Endpoint: "prov-config", Number: > 4 } && drops++ == 0 ? new VirtualFault(VirtualFaultKind.DropResponse) : VirtualFault.None,
        };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);
        var wifi = new UnsteadyWifi();
        await using ProvisioningSession session = await ConnectAsync(device, null, wifi: wifi);
        using var credential = new WifiCredential("MyHomeWiFiAP"u8.ToArray(), Secret.FromUtf8("mypassword"));

        wifi.Stay.IsLost = true;
        Assert.Equal(ProvisioningOutcome.Connected, (await session.ProvisionWifiAsync(credential, TimeSpan.FromSeconds(20), null, default)).Outcome);
        Assert.Equal((1, 2), (wifi.Stay.Rejoins, session.HandshakeCount));
    }

    [SkippableFact]
    public async Task A_network_that_was_lost_is_joined_again_with_its_key()
    {
        IWifiLease lease = await Wifi.JoinAsync("PROV_261FCC", Secret.FromUtf8(NetworkManagerDouble.Key), JoinTimeout, default);
        Manager.Lose();
        Assert.Null(Manager.Network);
        await lease.RejoinAsync(default);
        Assert.NotNull(Manager.Network);
        Assert.Equal(2, Manager.Keys.Length);
        await lease.DisposeAsync();
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableFact]
    public async Task A_key_that_is_not_taken_is_tried_twice_and_is_an_error_of_its_own()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => ConnectAsync(device, "not-the-key"));
        Assert.Equal(ProvisioningErrorReason.WrongSoftApKey, error.Reason);
        Assert.Equal(["not-the-key", "not-the-key"], Manager.Keys);
        Assert.DoesNotContain("not-the-key", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableFact]
    public async Task A_handshake_that_a_lost_frame_spoiled_is_not_a_wrong_key()
    {
        Manager.LostFrames = 1;
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        await using ProvisioningSession session = await ConnectAsync(device, NetworkManagerDouble.Key);
        Assert.Equal(2, Manager.Keys.Length);
    }

    [SkippableTheory]
    [InlineData("PROV_261FCC", null, ProvisioningErrorReason.SoftApKeyRequired)]
    [InlineData("PROV_OPEN", "softap-key", ProvisioningErrorReason.WrongSoftApKey)]
    public async Task A_key_that_is_missing_or_one_too_many_is_refused_before_the_former_network_is_left(string accessPoint, string? key, ProvisioningErrorReason reason)
    {
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        Assert.Equal(reason, (await Assert.ThrowsAsync<ProvisioningException>(() => ConnectAsync(device, key, accessPoint: accessPoint))).Reason);
        Assert.Equal(["RequestScan"], Manager.Log);
    }

    [SkippableFact]
    public async Task A_network_that_is_not_heard_may_be_hidden_and_is_joined()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, default);
        await using ProvisioningSession session = await ConnectAsync(device, NetworkManagerDouble.Key, accessPoint: "PROV_HIDDEN");
        Assert.True(session.IsOpen);
    }

    [SkippableFact]
    public async Task Nobody_but_NetworkManager_gets_the_key()
    {
        await using (await Wifi.JoinAsync("PROV_261FCC", Secret.FromUtf8(NetworkManagerDouble.Key), JoinTimeout, default))
        await using (DBusConnection other = await _bus!.ConnectAsync())
        {
            DBusMessage names = await other.CallAsync(
                DBusMessage.Call(DBusConnection.BusName, DBusConnection.BusPath, DBusConnection.BusName, "ListNames"), default);
            string uuid = (string)((Dictionary<string, object>)Manager.Profile!["connection"])["uuid"];
            var profile = new Dictionary<string, object> { ["connection"] = new Dictionary<string, object> { ["uuid"] = new DBusVariant("s", uuid) } };
            int asked = 0;
            foreach (string client in ((string[])names.Body[0]).Where(name => name.StartsWith(':') && name != other.UniqueName))
            {
                DBusException refused = await Assert.ThrowsAsync<DBusException>(() => other.CallAsync(
                    DBusMessage.Call(
                        client, NetworkManagerNames.AgentPath, NetworkManagerNames.SecretAgent, "GetSecrets", "a{sa{sv}}osasu",
                        profile, NetworkManagerNames.SettingsPath + "/2", NetworkManagerProfile.Security, Array.Empty<string>(), 0u), default));
                asked += refused.Name == DBusException.AccessDenied ? 1 : 0;
            }

            Assert.Equal(1, asked);
        }
    }

    [SkippableFact]
    public async Task Restoring_that_was_begun_is_waited_for_by_whoever_comes_second()
    {
        IWifiLease lease = await Wifi.JoinAsync("PROV_OPEN", null, JoinTimeout, default);
        Manager.FormerFails = 1;
        Task first = lease.DisposeAsync().AsTask();
        await lease.DisposeAsync();
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
        await first;
    }

    [SkippableFact]
    public async Task Coming_back_is_tried_again_until_it_succeeds()
    {
        IWifiLease lease = await Wifi.JoinAsync("PROV_OPEN", null, JoinTimeout, default);
        Manager.FormerFails = 3;
        await lease.DisposeAsync();
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
        Assert.Equal(4, Manager.Log.Count(line => line.StartsWith("ActivateConnection", StringComparison.Ordinal)));
    }

    [SkippableFact]
    public async Task A_machine_that_was_on_no_network_is_on_none_afterwards()
    {
        Manager.Leave();
        await using (await Wifi.JoinAsync("PROV_OPEN", null, JoinTimeout, default))
            Assert.NotNull(Manager.Network);
        Assert.Null(Manager.Network);
        Assert.DoesNotContain(Manager.Log, line => line.StartsWith("ActivateConnection", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_former_network_that_was_deleted_meanwhile_does_not_keep_the_machine_on_the_devices()
    {
        await using (await Wifi.JoinAsync("PROV_OPEN", null, JoinTimeout, default))
            Manager.IsFormerDeleted = true;
        Assert.Null(Manager.Network);
        Assert.Contains("DeactivateConnection", Manager.Log);
    }

    [SkippableFact]
    public async Task What_a_killed_process_left_is_not_the_former_network()
    {
        // No process has this number: it is above the kernel's limit. NetworkManager takes its network away.
        Manager.Occupy(4194305);
        _ = Task.Delay(500).ContinueWith(_ => Manager.Leave(), TaskScheduler.Default);
        await using (await Wifi.JoinAsync("PROV_OPEN", null, JoinTimeout, default))
            Assert.NotNull(Manager.Network);
        Assert.Null(Manager.Network);
    }

    [SkippableFact]
    public async Task A_second_session_does_not_take_the_interface_from_the_first()
    {
        await using (await Wifi.JoinAsync("PROV_OPEN", null, JoinTimeout, default))
        {
            string? joined = Manager.Network;
            ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => Wifi.JoinAsync("PROV_OPEN", null, JoinTimeout, default));
            Assert.Equal(ProvisioningErrorReason.TransportUnavailable, error.Reason);
            Assert.Contains("this process", error.Message, StringComparison.Ordinal);
            Assert.Equal(joined, Manager.Network);
        }

        Assert.Single(Manager.Log, line => line.StartsWith("AddAndActivateConnection2", StringComparison.Ordinal));
        Assert.Equal(NetworkManagerDouble.Former, Manager.Network);
    }

    [SkippableFact]
    public void A_key_out_of_its_limits_is_refused_before_anything_happens()
    {
        foreach (string key in (string[])["", "short", new('x', 64)])
        {
            Assert.Equal(
                ProvisioningErrorReason.InvalidSoftApKey,
                Assert.Throws<ProvisioningException>(() => new SoftApTransport(Wifi, "PROV", Secret.FromUtf8(key), "192.168.4.1", TimeSpan.FromSeconds(1))).Reason);
        }

        Assert.Empty(Manager.Log);
    }

    [SkippableFact]
    public async Task A_machine_without_a_usable_interface_says_so()
    {
        Manager.SwitchOff();
        Assert.Equal(ProvisioningErrorReason.TransportUnavailable, (await Assert.ThrowsAsync<ProvisioningException>(() => Wifi.ScanAsync(default))).Reason);
    }

    [SkippableTheory]
    [InlineData("1.14.6", false)]
    [InlineData("1.16.0", true)]
    [InlineData("1.42.4-1", true)]
    [InlineData("2.0", true)]
    public async Task A_NetworkManager_that_is_too_old_says_so(string version, bool works)
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using NetworkManagerDouble manager = await NetworkManagerDouble.StartAsync(bus.Address, version);
        Task<IReadOnlyList<HostWifiNetwork>> scan = new NetworkManagerWifi(bus.Address, TimeProvider.System).ScanAsync(default);
        if (works)
        {
            Assert.NotEmpty(await scan);
            return;
        }

        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => scan);
        Assert.Equal(ProvisioningErrorReason.TransportUnavailable, error.Reason);
        Assert.Contains("1.14.6", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_machine_without_NetworkManager_says_so(bool hasBus)
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        string address = hasBus ? bus.Address : "unix:path=/nonexistent/bus";
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => new NetworkManagerWifi(address, TimeProvider.System).ScanAsync(default));
        Assert.Equal(ProvisioningErrorReason.TransportUnavailable, error.Reason);
        Assert.Contains("NetworkManager", error.Message, StringComparison.Ordinal);
        Assert.Contains("-Address 192.168.4.1", error.Message, StringComparison.Ordinal);
    }

    private Task<ProvisioningSession> ConnectAsync(
        VirtualDevice device, string? key, string pop = "abcd1234", IHostWifi? wifi = null, string accessPoint = "PROV_261FCC", CancellationToken token = default) => ProvisioningSession.ConnectAsync(
        new ProvisioningDevice { Name = "PROV_261FCC", Transport = ProvisioningTransport.SoftAP, Address = device.Address, AccessPoint = accessPoint },
        new SoftApTransport(wifi ?? Wifi, accessPoint, key is null ? null : Secret.FromUtf8(key), device.Address, JoinTimeout),
        new SessionOptions { Credential = new SecurityCredential { ProofOfPossession = Secret.FromUtf8(pop) } },
        token);

    /// <summary>A network that is lost once, and reached again after joining again.</summary>
    private sealed class UnsteadyWifi : IHostWifi
    {
        public UnsteadyLease Stay { get; } = new();

        public Task<IReadOnlyList<HostWifiNetwork>> ScanAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HostWifiNetwork>>([]);

        public Task<IWifiLease> JoinAsync(string ssid, Secret? key, TimeSpan timeout, CancellationToken cancellationToken) => Task.FromResult<IWifiLease>(Stay);
    }

    private sealed class UnsteadyLease : IWifiLease
    {
        // An address that is no longer this machine's, while the network is lost.
        public bool IsLost { get; set; }

        public int Rejoins { get; private set; }

        public string InterfaceName => "lo";

        public IPAddress Address => IsLost ? IPAddress.Parse("192.0.2.1") : IPAddress.Loopback;

        public Task RejoinAsync(CancellationToken cancellationToken)
        {
            Rejoins++;
            IsLost = false;
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
