using System.Net;
using EspProv.Devices;
using EspProv.Host.Wifi;
using EspProv.Host.Wifi.Windows;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Virtual;

namespace EspProv.Tests.Host.Wifi.Windows;

/// <summary>Joining a device's access point on Windows, and coming back, with a double of Windows' Wi-Fi service.</summary>
public sealed class WlanWifiTests
{
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(45);

    private readonly FakeWlan _wlan = new();
    private readonly ManualTimeProvider _clock = new();

    private WlanWifi Wifi => new(_wlan, _clock);

    [Fact]
    public async Task Access_points_are_listed_once_each_and_without_those_that_hide_their_name()
    {
        _wlan.Interfaces.Add(new WlanInterface(FakeWlan.Stick, "Stick", IsReady: true, IsConnected: false));
        _wlan.AccessPoints[FakeWlan.Stick] = [FakeWlan.AccessPoint("PROV_261FCC", 1, -40, "wpa2"), FakeWlan.AccessPoint("", 7, -30), FakeWlan.AccessPoint("\0\0\0", 8, -30)];
        _wlan.Later.Add(FakeWlan.AccessPoint("Prüfgerät", 3, -80, "wpa3"));
        IReadOnlyList<HostWifiNetwork> networks = await Wifi.ScanAsync(default);
        Assert.Equal(
            [
                new HostWifiNetwork("PROV_261FCC", "24:0a:c4:00:00:01", -40, true),
                new HostWifiNetwork("PROV_OPEN", "24:0a:c4:00:00:02", -70, false),
                new HostWifiNetwork("Prüfgerät", "24:0a:c4:00:00:03", -80, true),
            ],
            networks.OrderBy(network => network.Bssid));
        Assert.Equal(0, _wlan.Open);
    }

    [Fact]
    public async Task A_driver_that_does_not_say_when_it_is_done_is_waited_for_4_seconds()
    {
        _wlan.SaysScanEnded = false;
        Assert.Equal(2, (await _clock.RunAsync(Wifi.ScanAsync(default))).Count);
        Assert.Equal(TimeSpan.FromSeconds(4), TimeSpan.FromTicks(_clock.GetTimestamp()));
    }

    [Fact]
    public async Task A_scan_that_is_refused_leaves_what_was_heard_of_late()
    {
        _wlan.Errors["Scan"] = 170;
        Assert.Equal(2, (await Wifi.ScanAsync(default)).Count);
    }

    [SkippableFact]
    public async Task A_device_is_provisioned_on_its_own_network_and_the_former_one_comes_back()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Binding to lo is Linux's.");
        await using VirtualDevice device = await VirtualDevice.StartAsync(new() { ConnectDelay = TimeSpan.Zero, ScanDelay = TimeSpan.Zero }, default);
        await using (ProvisioningSession session = await ProvisioningSession.ConnectAsync(
            new ProvisioningDevice { Name = "PROV_261FCC", Transport = ProvisioningTransport.SoftAP, Address = device.Address, AccessPoint = "PROV_261FCC" },
            new SoftApTransport(Wifi, "PROV_261FCC", Secret.FromUtf8("softap-key"), device.Address, JoinTimeout),
            new SessionOptions { Credential = new SecurityCredential { ProofOfPossession = Secret.FromUtf8("abcd1234") } },
            default))
        {
            Assert.False(_wlan.HasRestored);
            using var credential = new WifiCredential("MyHomeWiFiAP"u8.ToArray(), Secret.FromUtf8("mypassword"));
            Assert.Equal(ProvisioningOutcome.Connected, (await session.ProvisionWifiAsync(credential, TimeSpan.FromSeconds(20), null, default)).Outcome);
        }

        Assert.Equal("ConnectByName office & co 1", _wlan.Log[^1]);
        Assert.Equal(0, _wlan.Open);
        string profile = Assert.Single(_wlan.Profiles);
        Assert.Contains("<keyMaterial>softap-key</keyMaterial>", profile, StringComparison.Ordinal);
        Assert.Contains("<authentication>WPA2PSK<", profile, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_heard_is_joined_without_a_scan()
    {
        await using IWifiLease lease = await JoinAsync();
        Assert.Equal(("lo", IPAddress.Loopback), (lease.InterfaceName, lease.Address));
        Assert.DoesNotContain("Scan", _wlan.Log);
        Assert.Contains("<nonBroadcast>false<", _wlan.Profiles[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_heard_is_listened_for_first()
    {
        _wlan.Later.Add(FakeWlan.AccessPoint("PROV_SAE", 3, -80, "wpa3"));
        await using IWifiLease lease = await JoinAsync("PROV_SAE");
        Assert.Contains("Scan", _wlan.Log);
        Assert.Contains("<authentication>WPA3SAE<", _wlan.Profiles[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "open")]
    [InlineData("softap-key", "WPA2PSK")]
    public async Task One_that_hides_its_name_is_asked_for_by_it(string? key, string authentication)
    {
        await using IWifiLease lease = await JoinAsync("PROV_HIDDEN", key);
        Assert.Contains("<nonBroadcast>true<", _wlan.Profiles[0], StringComparison.Ordinal);
        Assert.Contains($"<authentication>{authentication}<", _wlan.Profiles[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interface_that_is_on_no_network_is_taken_first()
    {
        _wlan.Interfaces.Add(new WlanInterface(FakeWlan.Stick, "Stick", IsReady: true, IsConnected: false));
        _wlan.AccessPoints[FakeWlan.Stick] = [FakeWlan.AccessPoint("PROV_261FCC", 1, -80, "wpa2")];
        await using IWifiLease lease = await JoinAsync();
        Assert.Contains("ConnectByXml 9", _wlan.Log);
    }

    [Fact]
    public async Task But_one_that_hears_the_network_is_taken_before_one_that_does_not()
    {
        _wlan.Interfaces.Add(new WlanInterface(FakeWlan.Stick, "Stick", IsReady: true, IsConnected: false));
        await using IWifiLease lease = await JoinAsync();
        Assert.Contains("ConnectByXml 1", _wlan.Log);
    }

    [Theory]
    [InlineData("PROV_261FCC", null, ProvisioningErrorReason.SoftApKeyRequired, "needs a key")]
    [InlineData("PROV_OPEN", "softap-key", ProvisioningErrorReason.WrongSoftApKey, "is an open network, and a key was given for it. It was not joined; leave the key out.")]
    public async Task A_key_that_does_not_fit_is_the_same_error_as_on_Linux_before_the_network_is_left(
        string ssid, string? key, ProvisioningErrorReason reason, string text)
    {
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => JoinAsync(ssid, key));
        Assert.Equal(reason, error.Reason);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.Empty(_wlan.Profiles);
        Assert.False(_wlan.HasRestored);
        Assert.Equal(0, _wlan.Open);
    }

    [Theory]
    [InlineData(new uint[] { 0x48014 }, ProvisioningErrorReason.WrongSoftApKey, "the key is wrong", "0x48014")]
    [InlineData(new uint[] { 0x48005, 0x38002 }, ProvisioningErrorReason.WrongSoftApKey, "the key is wrong", "0x48005")]
    [InlineData(new uint[] { 0x2800B }, ProvisioningErrorReason.DeviceUnreachable, "not in range", "0x2800B")]
    [InlineData(new uint[] { 0x38002 }, ProvisioningErrorReason.DeviceUnreachable, "failed to connect", "Something of Windows', reason 0x38002")]
    public async Task A_network_that_cannot_be_joined_is_an_error_with_the_reason_and_the_former_one_comes_back(
        uint[] outcome, ProvisioningErrorReason id, string what, string reason)
    {
        _wlan.Outcome = outcome;
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => JoinAsync());
        Assert.Equal(id, error.Reason);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("softap-key", error.ToString(), StringComparison.Ordinal);
        Assert.True(_wlan.HasRestored);
        Assert.Equal(0, _wlan.Open);
    }

    [Fact]
    public async Task An_attempt_that_fails_is_not_the_end_when_the_next_one_works()
    {
        _wlan.Outcome = [0x48005, 0];
        await using IWifiLease lease = await JoinAsync();
        Assert.Equal(IPAddress.Loopback, lease.Address);
    }

    [Fact]
    public async Task A_connection_that_is_refused_at_once_was_never_left()
    {
        _wlan.Errors["ConnectByXml"] = 87;
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => JoinAsync());
        Assert.Contains("WlanConnectByXml failed with error 87", error.Message, StringComparison.Ordinal);
        Assert.False(_wlan.HasRestored);
        Assert.Equal(0, _wlan.Open);
    }

    [Fact]
    public async Task A_service_that_says_nothing_is_waited_for_as_long_as_joining_may_take()
    {
        _wlan.Outcome = null;
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => _clock.RunAsync(JoinAsync()));
        Assert.Contains("was not joined within 45 s", error.Message, StringComparison.Ordinal);
        Assert.True(_wlan.HasRestored);
    }

    [Fact]
    public async Task A_network_without_an_address_brings_the_former_one_back()
    {
        _wlan.Addresses.Clear();
        _wlan.Addresses.Enqueue([IPAddress.Parse("169.254.7.7")]);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => _clock.RunAsync(JoinAsync()));
        Assert.Equal("'PROV_261FCC' was joined, but lo got no address there within 45 s.", error.Message);
        Assert.True(_wlan.HasRestored);
    }

    [Fact]
    public async Task The_address_of_the_former_network_is_not_taken_for_the_new_one()
    {
        _wlan.Addresses.Clear();
        _wlan.Addresses.Enqueue(_wlan.FormerAddresses);
        _wlan.Addresses.Enqueue([]);
        _wlan.Addresses.Enqueue([IPAddress.Parse("192.168.4.2")]);
        await using IWifiLease lease = await _clock.RunAsync(JoinAsync());
        Assert.Equal(IPAddress.Parse("192.168.4.2"), lease.Address);
    }

    [Fact]
    public async Task But_it_is_when_it_stays()
    {
        _wlan.Addresses.Clear();
        _wlan.Addresses.Enqueue(_wlan.FormerAddresses);
        await using IWifiLease lease = await _clock.RunAsync(JoinAsync());
        Assert.Equal(_wlan.FormerAddresses[0], lease.Address);
        Assert.InRange(TimeSpan.FromTicks(_clock.GetTimestamp()), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3.5));
    }

    [Fact]
    public async Task A_caller_that_gives_up_while_joining_is_back_on_the_former_network()
    {
        _wlan.Outcome = null;
        using var stop = new CancellationTokenSource();
        Task<IWifiLease> joining = JoinAsync(token: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => joining);
        Assert.True(_wlan.HasRestored);
        Assert.Equal(0, _wlan.Open);
    }

    [Fact]
    public async Task An_end_in_the_middle_of_joining_again_waits_for_neither_and_restores_once()
    {
        IWifiLease lease = await JoinAsync();
        _wlan.Outcome = null;
        Task again = lease.RejoinAsync(default);
        Task[] ends = [lease.DisposeAsync().AsTask(), lease.DisposeAsync().AsTask()];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => again);
        await Task.WhenAll(ends);
        Assert.Single(_wlan.Log, line => line.StartsWith("ConnectByName", StringComparison.Ordinal));
        Assert.Equal(0, _wlan.Open);
    }

    [Fact]
    public async Task Joining_again_connects_once_more_and_brings_the_address_that_it_has_then()
    {
        await using IWifiLease lease = await JoinAsync();
        _wlan.Asked = what =>
        {
            if (!what.StartsWith("ConnectByXml", StringComparison.Ordinal))
                return;
            _wlan.Addresses.Clear();
            _wlan.Addresses.Enqueue([IPAddress.Parse("192.168.4.3")]);
        };
        await lease.RejoinAsync(default);
        Assert.Equal(IPAddress.Parse("192.168.4.3"), lease.Address);
        await lease.RejoinAsync(default);
        Assert.Equal(3, _wlan.Profiles.Count);
        Assert.Single(_wlan.Profiles.Distinct());
        Assert.Equal(0, _clock.GetTimestamp());
    }

    [Fact]
    public async Task A_machine_that_was_on_no_network_is_on_none_afterwards()
    {
        _wlan.Connection = null;
        IWifiLease lease = await JoinAsync();
        await lease.DisposeAsync();
        Assert.Equal("Disconnect", _wlan.Log[^1]);
    }

    [Fact]
    public async Task A_former_network_whose_profile_is_gone_is_left_to_Windows()
    {
        IWifiLease lease = await JoinAsync();
        _wlan.Errors["ConnectByName"] = 1168;
        _wlan.Errors["Disconnect"] = 1062;
        await lease.DisposeAsync();
        Assert.Equal("Disconnect", _wlan.Log[^1]);
        Assert.Equal(0, _wlan.Open);
    }

    [Theory]
    [InlineData("Open", 1062, "Start-Service WlanSvc")]
    [InlineData("Open", 126, "Wireless-Networking")]
    [InlineData("Scan", 5, "Let desktop apps access your location")]
    [InlineData("GetAccessPoints", 5, "manually, and give -Address")]
    [InlineData("GetAccessPoints", 0x80342002, "switched off")]
    [InlineData("GetInterfaces", 1234, "WlanGetInterfaces failed with error 1234")]
    public async Task What_Windows_does_not_allow_is_said_with_what_to_do(string function, uint code, string advice)
    {
        _wlan.Errors[function] = code;
        await RefusedAsync(() => Wifi.ScanAsync(default), advice);
        if (function != "Scan")
            await RefusedAsync(() => JoinAsync(), advice);
    }

    [Fact]
    public async Task A_machine_that_does_not_say_where_it_is_does_not_leave()
    {
        _wlan.Errors["GetConnection"] = 5;
        await RefusedAsync(() => JoinAsync(), "Let desktop apps access your location");
    }

    [Fact]
    public async Task A_machine_without_an_adapter_says_so()
    {
        _wlan.Interfaces = [];
        await RefusedAsync(() => JoinAsync(), "no usable Wi-Fi adapter");
        _wlan.Interfaces = [new(FakeWlan.Wifi, "Wireless adapter", IsReady: false, IsConnected: false)];
        await RefusedAsync(() => Wifi.ScanAsync(default), "no usable Wi-Fi adapter");
    }

    [Theory]
    [InlineData("Off", "flight mode")]
    [InlineData("Blocked", "a switch or key")]
    public async Task A_radio_that_is_off_says_so(string radio, string text)
    {
        _wlan.Radio = Enum.Parse<WlanRadio>(radio);
        await RefusedAsync(() => JoinAsync(), text);
    }

    [Fact]
    public async Task A_driver_that_does_not_tell_of_its_radio_is_used()
    {
        _wlan.Errors["GetRadio"] = 50;
        await using IWifiLease lease = await JoinAsync();
        Assert.Equal(IPAddress.Loopback, lease.Address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a-name-of-more-than-32-bytes-is-none")]
    public async Task A_name_that_no_network_can_have_is_refused(string ssid) => Assert.Equal(
        ProvisioningErrorReason.InvalidSsid, (await Assert.ThrowsAsync<ProvisioningException>(() => JoinAsync(ssid))).Reason);

    private async Task RefusedAsync(Func<Task> act, string text)
    {
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(act);
        Assert.Equal(ProvisioningErrorReason.TransportUnavailable, error.Reason);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.Empty(_wlan.Profiles);
        Assert.Equal(0, _wlan.Open);
    }

    private async Task<IWifiLease> JoinAsync(string ssid = "PROV_261FCC", string? key = "softap-key", CancellationToken token = default)
    {
        using Secret? secret = key is null ? null : Secret.FromUtf8(key);
        return await Wifi.JoinAsync(ssid, secret, JoinTimeout, token);
    }
}
