using System.Text;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Networks.Wifi;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Tests.Transports.Http;
using EspProv.Transports;
using EspProv.Transports.Gatt;
using EspProv.Transports.Http;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Hostile;

/// <summary>What a device says, on its way into objects.</summary>
public class HostileReplyTests
{
    private const string Evil = "\u001b]0;x\u0007\u009b\u202e\r\n\u2028";

    private static readonly byte[] Ssid = [.. Encoding.UTF8.GetBytes(Evil), 0xff];

    [Fact]
    public async Task A_networks_name_is_shown_with_escapes_and_its_bytes_go_back_as_they_came()
    {
        var device = new ScriptedDevice();
        device.Networks.Add(Entry());
        await using ProvisioningSession session = await device.ConnectAsync();

        WifiAccessPoint found = Assert.Single(await session.ScanWifiAsync(new WifiScanOptions(), default));
        using var credential = new WifiCredential(found.SsidBytes, null);
        await session.SetWifiCredentialAsync(credential, default);

        UntrustedTextTests.AssertShown(found.Ssid);
        UntrustedTextTests.AssertShown(credential.SsidText);
        Assert.EndsWith("\\x{FF}", found.Ssid, StringComparison.Ordinal);
        Assert.Equal(Ssid, device.Sets[0].Ssid.ToByteArray());
    }

    [Fact]
    public async Task A_status_is_shown_with_escapes_and_has_the_bytes()
    {
        GetWifiStatusResp connected = ScriptedDevice.Connected;
        connected.Connected.Ssid = ByteString.CopyFrom(Ssid);
        await using ProvisioningSession session = await new ScriptedDevice { StatusBeforeApply = connected }.ConnectAsync();
        WifiStatus status = await session.GetWifiStatusAsync(default);
        UntrustedTextTests.AssertShown(status.Ssid!);
        Assert.Equal(Ssid, status.SsidBytes!.Value.ToArray());
    }

    private static readonly Dictionary<string, Action<WifiScanEntry>> BadEntriesMade = new()
    {
        { "an SSID", entry => entry.Ssid = ByteString.CopyFrom(new byte[33]) },
        { "a BSSID", entry => entry.Bssid = ByteString.CopyFrom(new byte[5]) },
        { "a BSSID of 7", entry => entry.Bssid = ByteString.CopyFrom(new byte[7]) },
        { "a channel", entry => entry.Channel = 256 },
        { "an RSSI", entry => entry.Rssi = -129 },
    };

    public static TheoryData<string> BadEntries => new(BadEntriesMade.Keys);

    [Theory]
    [MemberData(nameof(BadEntries))]
    internal async Task A_scan_with_what_no_driver_has_is_malformed(string what)
    {
        var device = new ScriptedDevice();
        WifiScanEntry entry = Entry();
        BadEntriesMade[what](entry);
        device.Networks.Add(entry);
        await using ProvisioningSession session = await device.ConnectAsync();
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => session.ScanWifiAsync(new WifiScanOptions(), default));
        Assert.Equal(ProvisioningErrorReason.MalformedResponse, error.Reason);
        Assert.Contains(what.Split(" of ")[0], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.168.1.7\u001b[2J")]
    [InlineData("\u202e7.1.861.291")]
    [InlineData("192.168.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("192.168.1.7 ")]
    [InlineData("256.1.1.1")]
    [InlineData("::1")]
    [InlineData("device.local")]
    public async Task What_is_no_IPv4_address_is_malformed_and_is_not_repeated(string address)
    {
        GetWifiStatusResp connected = ScriptedDevice.Connected;
        connected.Connected.Ip4Addr = address;
        await AssertMalformedAsync(connected);
    }

    [Theory]
    [InlineData(33, 6, 1)]
    [InlineData(32, 7, 1)]
    [InlineData(32, 6, 256)]
    [InlineData(32, 6, -1)]
    public async Task A_status_with_what_no_driver_has_is_malformed(int ssid, int bssid, int channel)
    {
        GetWifiStatusResp connected = ScriptedDevice.Connected;
        connected.Connected.Ssid = ByteString.CopyFrom(new byte[ssid]);
        connected.Connected.Bssid = ByteString.CopyFrom(new byte[bssid]);
        connected.Connected.Channel = channel;
        await AssertMalformedAsync(connected);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_BSSID_that_firmware_cut_at_a_zero_byte_is_taken(int length)
    {
        GetWifiStatusResp connected = ScriptedDevice.Connected;
        connected.Connected.Bssid = ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, length)]);
        connected.Connected.Ip4Addr = "";
        connected.Connected.Ssid = ByteString.Empty;
        connected.Connected.AuthMode = int.MaxValue;
        Assert.Equal(length, WifiConfigCodec.ParseStatusReply(Reply(connected)).Connected.Bssid.Length);
    }

    private static readonly Dictionary<string, Action<ThreadScanEntry>> BadRoutersMade = new()
    {
        { "name", entry => entry.NetworkName = ByteString.CopyFrom(new byte[17]) },
        { "extended PAN ID", entry => entry.ExtPanId = ByteString.CopyFrom(new byte[7]) },
        { "extended address", entry => entry.ExtAddr = ByteString.CopyFrom(new byte[9]) },
        { "PAN ID", entry => entry.PanId = 0x10000 },
        { "channel", entry => entry.Channel = 27 },
        { "RSSI", entry => entry.Rssi = 128 },
        { "link quality", entry => entry.Lqi = 256 },
    };

    public static TheoryData<string> BadRouters => new(BadRoutersMade.Keys);

    [Theory]
    [MemberData(nameof(BadRouters))]
    internal void A_Thread_scan_with_what_no_radio_has_is_malformed(string what)
    {
        var entry = new ThreadScanEntry { NetworkName = ByteString.CopyFromUtf8("lab"), PanId = 1, Channel = 15, ExtPanId = ByteString.CopyFrom(new byte[8]), ExtAddr = ByteString.CopyFrom(new byte[8]) };
        Assert.Single(ThreadScanCodec.ParseResultReply(Scan(entry)).Entries);
        BadRoutersMade[what](entry);
        ProvisioningException error = Assert.Throws<ProvisioningException>(() => ThreadScanCodec.ParseResultReply(Scan(entry)));
        Assert.Equal(ProvisioningErrorReason.MalformedResponse, error.Reason);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);

        static byte[] Scan(ThreadScanEntry entry) =>
            new ScanPayload { Msg = ScanMessage.ScanThreadResultResp, ThreadResultResp = new ThreadScanResultResp { Entries = { entry } } }.ToByteArray();
    }

    [Fact]
    public void A_version_reply_is_text_to_show_in_every_part()
    {
        string hostile = string.Concat(Evil.Select(c => $"\\u{(int)c:x4}"));
        var capability = DeviceCapability.Parse(Encoding.UTF8.GetBytes(
            "{\"prov\":{\"ver\":\"" + hostile + "\",\"cap\":[\"wifi_scan\",\"" + hostile + "\"]},\"" + hostile + "\u009b\u202e\":\t\n{\"a\":\"\u009b\u202e\"}}"));
        Assert.True(capability.Has("wifi_scan"));
        foreach (string text in (string[])[capability.Version, capability.Raw, .. capability.Capabilities, .. capability.Application.Keys, .. capability.Application.Values])
            UntrustedTextTests.AssertShown(text);
        Assert.Equal("""{"a":"\u009b\u202e"}""", Assert.Single(capability.Application).Value);
    }

    [Fact]
    public async Task A_status_line_of_HTTP_is_not_in_the_error_nor_in_its_causes()
    {
        await using var server = new ScriptedHttpServer();
        server.Reply("\u001b]0;x\u0007 \u001b[2J\r\n\r\n");
        await using var transport = new HttpTransport(server.Address);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => ProvisioningSession.GetCapabilityAsync(transport, default));
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
            UntrustedTextTests.AssertShown(cause.Message);
    }

    [Fact]
    public void A_found_device_is_text_to_show_and_keeps_the_name_to_join()
    {
        var device = new ProvisioningDevice { Name = Evil, Address = Evil, Transport = ProvisioningTransport.SoftAP, AccessPoint = Evil, Description = Evil };
        ProvisioningDevice copy = device with { Rssi = -40 };
        foreach (string text in (string[])[copy.Name, copy.Address, copy.AccessPoint!, copy.Description!, copy.ToString(), new BleAdvertisement { Address = "A", Name = Evil, LastSeen = default }.Name!])
            UntrustedTextTests.AssertShown(text);
        Assert.Equal(Evil, copy.GetAccessPointSsid());
    }

    [Fact]
    public void A_journal_that_was_written_by_somebody_else_is_text_to_show_and_keeps_the_network_to_join()
    {
        var result = new FleetResult
        {
            Row = 1,
            Name = Evil,
            Address = Evil,
            Transport = Evil,
            Network = ProvisioningNetwork.Wifi,
            Ssid = "\\x{FF}",
            SsidBytes = Ssid,
            Status = FleetStatus.Failed,
            Stage = FleetStage.Join,
            Reason = Evil,
            IPAddress = Evil,
            Bssid = Evil,
            ErrorId = Evil,
            Error = Evil,
            Timestamp = DateTimeOffset.UnixEpoch,
        };
        AssertShown(result);
        var record = FleetRowRecord.Of("k", result);
        Assert.Equal(Ssid, ((FleetRowRecord)FleetJournalRecord.Parse(record.ToLine())).ToResult().SsidBytes!.Value.ToArray());

        // Written by somebody else.
        record = record with { Name = Evil, Ssid = Evil, Reason = Evil, IPAddress = Evil, Bssid = Evil, Address = Evil, Transport = Evil, ErrorId = Evil, Error = Evil };
        AssertShown(((FleetRowRecord)FleetJournalRecord.Parse(record.ToLine())).ToResult());

        static void AssertShown(FleetResult result)
        {
            foreach (string? text in (string?[])[result.Name, result.Address, result.Transport, result.Ssid, result.Reason, result.IPAddress, result.Bssid, result.ErrorId, result.Error])
                UntrustedTextTests.AssertShown(text!);
        }
    }

    private static async Task AssertMalformedAsync(GetWifiStatusResp status)
    {
        await using ProvisioningSession session = await new ScriptedDevice { StatusBeforeApply = status }.ConnectAsync();
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => session.GetWifiStatusAsync(default));
        Assert.Equal(ProvisioningErrorReason.MalformedResponse, error.Reason);
        UntrustedTextTests.AssertShown(error.Message);
    }

    private static byte[] Reply(GetWifiStatusResp status) =>
        new ConfigPayload { Msg = ConfigMessage.ConfigGetWifiStatusResp, GetWifiStatusResp = status }.ToByteArray();

    private static WifiScanEntry Entry() => new() { Ssid = ByteString.CopyFrom(Ssid), Bssid = ByteString.CopyFrom(new byte[6]), Channel = 6, Rssi = -40, Auth = 0 };
}
