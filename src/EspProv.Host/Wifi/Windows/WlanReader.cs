using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static EspProv.Host.Wifi.Windows.NativeWlan;

namespace EspProv.Host.Wifi.Windows;

/// <summary>Parses the API's memory blocks. Counts and offsets come from the service; nothing is read beyond the given bytes.</summary>
internal static unsafe class WlanReader
{
    public static List<WlanInterface> ReadInterfaces(ReadOnlySpan<byte> list)
    {
        var interfaces = new List<WlanInterface>();
        uint count = MemoryMarshal.Read<WLAN_INTERFACE_INFO_LIST>(list).dwNumberOfItems;
        foreach (WLAN_INTERFACE_INFO info in Items<WLAN_INTERFACE_INFO>(list, sizeof(WLAN_INTERFACE_INFO_LIST), count))
        {
            interfaces.Add(new WlanInterface(
                info.InterfaceGuid,
                ReadText(new ReadOnlySpan<char>(info.strInterfaceDescription, 256)),
                info.isState != wlan_interface_state_not_ready,
                info.isState == wlan_interface_state_connected));
        }

        return interfaces;
    }

    public static List<WlanAccessPoint> ReadAccessPoints(ReadOnlySpan<byte> list)
    {
        var accessPoints = new List<WlanAccessPoint>();
        int offset = sizeof(WLAN_BSS_LIST);
        foreach (WLAN_BSS_ENTRY entry in Items<WLAN_BSS_ENTRY>(list, offset, MemoryMarshal.Read<WLAN_BSS_LIST>(list).dwNumberOfItems))
        {
            // The elements' offset is relative to their entry.
            long start = offset + (long)entry.ulIeOffset;
            byte[] elements = entry.ulIeSize > 0 && start + entry.ulIeSize <= list.Length
                ? list.Slice((int)start, (int)entry.ulIeSize).ToArray()
                : [];
            accessPoints.Add(new WlanAccessPoint(
                ReadSsid(entry.dot11Ssid),
                new ReadOnlySpan<byte>(entry.dot11Bssid, 6).ToArray(),
                entry.lRssi,
                entry.usCapabilityInformation,
                elements));
            offset += sizeof(WLAN_BSS_ENTRY);
        }

        return accessPoints;
    }

    public static WlanConnection ReadConnection(ReadOnlySpan<byte> attributes)
    {
        WLAN_CONNECTION_ATTRIBUTES connection = MemoryMarshal.Read<WLAN_CONNECTION_ATTRIBUTES>(attributes);
        return new WlanConnection(
            ReadText(new ReadOnlySpan<char>(connection.strProfileName, 256)),
            ReadSsid(connection.wlanAssociationAttributes.dot11Ssid),
            connection.wlanAssociationAttributes.dot11BssType);
    }

    public static WlanRadio ReadRadio(ReadOnlySpan<byte> state)
    {
        WLAN_PHY_RADIO_STATE[] phys = Items<WLAN_PHY_RADIO_STATE>(
            state, sizeof(WLAN_RADIO_STATE), MemoryMarshal.Read<WLAN_RADIO_STATE>(state).dwNumberOfPhys);
        if (phys.Length == 0
            || phys.Any(
                phy => phy.dot11SoftwareRadioState != dot11_radio_state_off && phy.dot11HardwareRadioState != dot11_radio_state_off))
        {
            return WlanRadio.On;
        }

        return phys.All(phy => phy.dot11HardwareRadioState == dot11_radio_state_off) ? WlanRadio.Blocked : WlanRadio.Off;
    }

    /// <summary>Null for other notifications.</summary>
    public static WlanNotification? ReadNotification(uint source, uint code, Guid interfaceId, ReadOnlySpan<byte> data)
    {
        if (source != WLAN_NOTIFICATION_SOURCE_ACM)
            return null;
        if (code is wlan_notification_acm_scan_complete or wlan_notification_acm_scan_fail)
            return new WlanNotification(interfaceId, WlanEvent.ScanEnded, [], 0);
        if (code is not (wlan_notification_acm_connection_complete or wlan_notification_acm_connection_attempt_fail)
            || data.Length < sizeof(WLAN_CONNECTION_NOTIFICATION_DATA))
        {
            return null;
        }

        WLAN_CONNECTION_NOTIFICATION_DATA connection = MemoryMarshal.Read<WLAN_CONNECTION_NOTIFICATION_DATA>(data);
        return new WlanNotification(
            interfaceId,
            code == wlan_notification_acm_connection_complete ? WlanEvent.ConnectEnded : WlanEvent.AttemptFailed,
            ReadSsid(connection.dot11Ssid),
            connection.wlanReasonCode);
    }

    private static T[] Items<T>(ReadOnlySpan<byte> list, int offset, uint count)
        where T : unmanaged
    {
        var items = new T[Math.Min(count, (uint)(list.Length - offset) / (uint)Unsafe.SizeOf<T>())];
        list.Slice(offset, items.Length * Unsafe.SizeOf<T>()).CopyTo(MemoryMarshal.AsBytes(items.AsSpan()));
        return items;
    }

    private static byte[] ReadSsid(DOT11_SSID ssid) => new ReadOnlySpan<byte>(ssid.ucSSID, (int)Math.Min(ssid.uSSIDLength, 32)).ToArray();

    private static string ReadText(ReadOnlySpan<char> text) => (text.IndexOf('\0') is >= 0 and int end ? text[..end] : text).ToString();
}
