using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using EspProv.Host.Wifi.Windows;

namespace EspProv.Tests.Host.Wifi.Windows;

/// <summary>The structures that Windows' Wi-Fi service is called with are those of the C headers, to the byte.</summary>
public sealed class WlanLayoutTests
{
    private static readonly Guid First = new("12345678-9abc-def0-0102-030405060708");

    // What follows the heads of lists, and a text that is not read.
    private static readonly string[] Following = ["InterfaceInfo", "wlanBssEntries", "PhyRadioState", "strProfileXml"];

    [SkippableFact]
    public void Sizes_and_offsets_are_those_of_the_headers()
    {
        Skip.If(IntPtr.Size != 8, "The numbers are of 64-bit Windows.");
        int compared = 0;
        foreach ((string structure, string field, int number) in WlanHeaders.Layout)
        {
            Type type = typeof(NativeWlan).GetNestedType(structure, BindingFlags.NonPublic)!;
            int own = field switch
            {
                "sizeof" when structure is "WLAN_RADIO_STATE" => Marshal.SizeOf(type) + (64 * Marshal.SizeOf<NativeWlan.WLAN_PHY_RADIO_STATE>()),
                "sizeof" => Marshal.SizeOf(type),
                _ when Following.Contains(field) => Marshal.SizeOf(type),
                _ => (int)Marshal.OffsetOf(type, field),
            };
            Assert.True(own == number, $"{structure} {field}: {own} here, {number} in the headers.");
            compared++;
        }

        Assert.True(compared > 60);
    }

    [Fact]
    public void Every_field_of_every_structure_was_compared()
    {
        HashSet<(string, string)> known = [.. WlanHeaders.Layout.Select(line => (line.Structure, line.Field))];
        IEnumerable<(string, string)> own = typeof(NativeWlan).GetNestedTypes(BindingFlags.NonPublic).Where(type => type.IsValueType)
            .SelectMany(type => type.GetFields(BindingFlags.NonPublic | BindingFlags.Instance).Select(field => (type.Name, field.Name)));
        Assert.All(own, field => Assert.Contains(field, known));
    }

    [Fact]
    public void Values_are_those_of_the_headers()
    {
        Assert.NotEmpty(WlanHeaders.Constants);
        foreach ((string name, long value) in WlanHeaders.Constants)
        {
            object own = typeof(NativeWlan).GetField(name, BindingFlags.NonPublic | BindingFlags.Static)!.GetRawConstantValue()!;
            Assert.Equal(value, Convert.ToInt64(own, null));
        }
    }

    [Fact]
    public void Interfaces_are_read() => Assert.Equal(
        [
            new WlanInterface(First, "Wireless One", IsReady: true, IsConnected: true),
            new WlanInterface(new Guid("87654321-9abc-def0-0102-030405060708"), "Wireless Two", IsReady: true, IsConnected: false),
        ],
        WlanReader.ReadInterfaces(WlanHeaders.Sample("WLAN_INTERFACE_INFO_LIST")));

    [Fact]
    public void Access_points_are_read_with_what_they_want()
    {
        List<WlanAccessPoint> heard = WlanReader.ReadAccessPoints(WlanHeaders.Sample("WLAN_BSS_LIST"));
        Assert.Equal(
            [
                ("PROV_261FCC", "240AC4261FCC", -60, WlanSecurity.Wpa2),
                ("PROV_OPEN", "240AC4000001", -71, WlanSecurity.Open),
                ("PROV_SAE", "240AC4000002", -50, WlanSecurity.Wpa3),
            ],
            heard.Select(one => (Encoding.UTF8.GetString(one.Ssid), Convert.ToHexString(one.Bssid), one.Rssi, WlanSecurityReader.Read(one))));
    }

    [Theory]
    [InlineData("301400000fac040100000fac040100000fac020000", "Wpa2")]
    [InlineData("30140100000fac040100000fac040100000fac060000", "Wpa2")]
    [InlineData("30180100000fac040100000fac040200000fac02000fac080000", "Wpa2")] // both: WPA3's transition mode
    [InlineData("30180100000fac040100000fac040200000fac08000fac090000", "Wpa3")]
    [InlineData("30140100000fac040100000fac040100000fac010000", "Wpa2")] // a login of its own, which nobody could give
    [InlineData("dd160050f20101000050f20201000050f20201000050f202", "Wpa2")]
    [InlineData("", "Wpa2")]
    [InlineData("30", "Wpa2")]
    [InlineData("3000", "Wpa2")]
    [InlineData("30020100", "Wpa2")]
    [InlineData("30ff0100000fac04", "Wpa2")]
    [InlineData("30080100000fac04ffff", "Wpa2")]
    [InlineData("300e0100000fac040100000fac04ffff", "Wpa2")]
    [InlineData("000301020330140100000fac040100000fac040100000fac08c000", "Wpa3")]
    public void What_an_access_point_wants_is_read_from_its_elements(string elements, string security) =>
        Assert.Equal(security, WlanSecurityReader.Read(new WlanAccessPoint([1], new byte[6], -50, 0x0411, Convert.FromHexString(elements))).ToString());

    [Fact]
    public void A_connection_is_read()
    {
        WlanConnection connection = WlanReader.ReadConnection(WlanHeaders.Sample("WLAN_CONNECTION_ATTRIBUTES"));
        Assert.Equal(("office & café", "office", 1), (connection.Profile, Encoding.UTF8.GetString(connection.Ssid), connection.BssType));
    }

    [Fact]
    public void A_radio_that_is_switched_off_is_told()
    {
        byte[] state = WlanHeaders.Sample("WLAN_RADIO_STATE");
        Assert.Equal(WlanRadio.Off, WlanReader.ReadRadio(state));
        state[8] = NativeWlan.dot11_radio_state_on;
        Assert.Equal(WlanRadio.On, WlanReader.ReadRadio(state));
        state[12] = state[24] = NativeWlan.dot11_radio_state_off;
        Assert.Equal(WlanRadio.Blocked, WlanReader.ReadRadio(state));
        state[0] = 0;
        Assert.Equal(WlanRadio.On, WlanReader.ReadRadio(state));
    }

    [Fact]
    public void The_end_of_an_attempt_is_read()
    {
        byte[] data = WlanHeaders.Sample("WLAN_CONNECTION_NOTIFICATION_DATA");
        WlanNotification? notification = WlanReader.ReadNotification(8, NativeWlan.wlan_notification_acm_connection_complete, First, data);
        Assert.Equal((First, WlanEvent.ConnectEnded, "PROV_261FCC", 0x48014u), (notification!.InterfaceId, notification.Event, Encoding.UTF8.GetString(notification.Ssid), notification.Reason));
        Assert.Equal(WlanEvent.AttemptFailed, WlanReader.ReadNotification(8, NativeWlan.wlan_notification_acm_connection_attempt_fail, First, data)!.Event);
        Assert.Equal(WlanEvent.ScanEnded, WlanReader.ReadNotification(8, NativeWlan.wlan_notification_acm_scan_fail, First, [1, 0, 0, 0])!.Event);
        Assert.Null(WlanReader.ReadNotification(16, NativeWlan.wlan_notification_acm_connection_complete, First, data));
        Assert.Null(WlanReader.ReadNotification(8, NativeWlan.wlan_notification_acm_connection_complete, First, data.AsSpan(0, 100)));
        Assert.Null(WlanReader.ReadNotification(8, 1, First, []));
    }

    [Fact]
    public void Counts_and_offsets_that_are_too_large_read_nothing_beyond_the_list()
    {
        byte[] list = WlanHeaders.Sample("WLAN_BSS_LIST");
        list[4] = list[5] = list[6] = 0xFF;
        list.AsSpan(8 + 352, 8).Fill(0xFF);
        List<WlanAccessPoint> heard = WlanReader.ReadAccessPoints(list);
        Assert.Equal(3, heard.Count);
        Assert.Empty(heard[0].Elements);
    }
}
