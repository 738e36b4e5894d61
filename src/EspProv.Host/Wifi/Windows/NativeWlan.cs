using System.Runtime.InteropServices;

namespace EspProv.Host.Wifi.Windows;

/// <summary>The parts of wlanapi.dll that are used. Names and layouts are those of the C headers, checked by a test.</summary>
internal static unsafe partial class NativeWlan
{
    internal const uint ERROR_SUCCESS = 0;
    internal const uint ERROR_ACCESS_DENIED = 5;
    internal const uint ERROR_INVALID_DATA = 13;
    internal const uint ERROR_SERVICE_NOT_ACTIVE = 1062;
    internal const uint ERROR_INVALID_STATE = 5023;

    // The radio is off. Its header is not among those that the test reads.
    internal const uint ERROR_NDIS_DOT11_POWER_STATE_INVALID = 0x80342002;

    internal const uint WLAN_NOTIFICATION_SOURCE_NONE = 0;
    internal const uint WLAN_NOTIFICATION_SOURCE_ACM = 8;
    internal const uint wlan_notification_acm_scan_complete = 7;
    internal const uint wlan_notification_acm_scan_fail = 8;
    internal const uint wlan_notification_acm_connection_complete = 10;
    internal const uint wlan_notification_acm_connection_attempt_fail = 11;
    internal const int wlan_interface_state_not_ready = 0;
    internal const int wlan_interface_state_connected = 1;
    internal const int wlan_connection_mode_profile = 0;
    internal const int wlan_connection_mode_temporary_profile = 1;
    internal const int wlan_intf_opcode_radio_state = 4;
    internal const int wlan_intf_opcode_current_connection = 7;
    internal const int dot11_BSS_type_infrastructure = 1;
    internal const int dot11_BSS_type_any = 3;
    internal const int dot11_radio_state_on = 1;
    internal const int dot11_radio_state_off = 2;

    internal const uint ClientVersion = 2;

    private const string WlanApi = "wlanapi.dll";

    [LibraryImport(WlanApi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial uint WlanOpenHandle(uint clientVersion, void* reserved, uint* negotiatedVersion, nint* handle);

    [LibraryImport(WlanApi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial uint WlanCloseHandle(nint handle, void* reserved);

    [LibraryImport(WlanApi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial void WlanFreeMemory(void* memory);

    [LibraryImport(WlanApi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial uint WlanEnumInterfaces(nint handle, void* reserved, WLAN_INTERFACE_INFO_LIST** list);

    [LibraryImport(WlanApi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial uint WlanQueryInterface(
        nint handle, Guid* interfaceId, int opcode, void* reserved, uint* size, void** data, int* valueType);

    [LibraryImport(WlanApi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial uint WlanScan(nint handle, Guid* interfaceId, DOT11_SSID* ssid, void* elements, void* reserved);

    [LibraryImport(WlanApi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial uint WlanGetNetworkBssList(
        nint handle, Guid* interfaceId, DOT11_SSID* ssid, int bssType, int isSecured, void* reserved, WLAN_BSS_LIST** list);

    [LibraryImport(WlanApi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial uint WlanConnect(nint handle, Guid* interfaceId, WLAN_CONNECTION_PARAMETERS* parameters, void* reserved);

    [LibraryImport(WlanApi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial uint WlanDisconnect(nint handle, Guid* interfaceId, void* reserved);

    [LibraryImport(WlanApi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial uint WlanRegisterNotification(
        nint handle,
        uint source,
        int ignoreDuplicate,
        delegate* unmanaged[Stdcall]<WLAN_NOTIFICATION_DATA*, nint, void> callback,
        nint context,
        void* reserved,
        uint* previousSource);

    [LibraryImport(WlanApi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    internal static partial uint WlanReasonCodeToString(uint reason, uint bufferSize, char* buffer, void* reserved);

    [StructLayout(LayoutKind.Sequential)]
    internal struct DOT11_SSID
    {
        internal uint uSSIDLength;
        internal fixed byte ucSSID[32];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_INTERFACE_INFO
    {
        internal Guid InterfaceGuid;
        internal fixed char strInterfaceDescription[256];
        internal int isState;
    }

    /// <summary>The head of the list; WLAN_INTERFACE_INFO follow.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_INTERFACE_INFO_LIST
    {
        internal uint dwNumberOfItems;
        internal uint dwIndex;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_RATE_SET
    {
        internal uint uRateSetLength;
        internal fixed ushort usRateSet[126];
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_BSS_ENTRY
    {
        internal DOT11_SSID dot11Ssid;
        internal uint uPhyId;
        internal fixed byte dot11Bssid[6];
        internal int dot11BssType;
        internal int dot11BssPhyType;
        internal int lRssi;
        internal uint uLinkQuality;
        internal byte bInRegDomain;
        internal ushort usBeaconPeriod;
        internal ulong ullTimestamp;
        internal ulong ullHostTimestamp;
        internal ushort usCapabilityInformation;
        internal uint ulChCenterFrequency;
        internal WLAN_RATE_SET wlanRateSet;
        internal uint ulIeOffset;
        internal uint ulIeSize;
    }

    /// <summary>The head of the list; WLAN_BSS_ENTRY follow, and their elements behind them.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_BSS_LIST
    {
        internal uint dwTotalSize;
        internal uint dwNumberOfItems;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_ASSOCIATION_ATTRIBUTES
    {
        internal DOT11_SSID dot11Ssid;
        internal int dot11BssType;
        internal fixed byte dot11Bssid[6];
        internal int dot11PhyType;
        internal uint uDot11PhyIndex;
        internal uint wlanSignalQuality;
        internal uint ulRxRate;
        internal uint ulTxRate;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_SECURITY_ATTRIBUTES
    {
        internal int bSecurityEnabled;
        internal int bOneXEnabled;
        internal int dot11AuthAlgorithm;
        internal int dot11CipherAlgorithm;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_CONNECTION_ATTRIBUTES
    {
        internal int isState;
        internal int wlanConnectionMode;
        internal fixed char strProfileName[256];
        internal WLAN_ASSOCIATION_ATTRIBUTES wlanAssociationAttributes;
        internal WLAN_SECURITY_ATTRIBUTES wlanSecurityAttributes;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_CONNECTION_PARAMETERS
    {
        internal int wlanConnectionMode;
        internal char* strProfile;
        internal DOT11_SSID* pDot11Ssid;
        internal void* pDesiredBssidList;
        internal int dot11BssType;
        internal uint dwFlags;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_NOTIFICATION_DATA
    {
        internal uint NotificationSource;
        internal uint NotificationCode;
        internal Guid InterfaceGuid;
        internal uint dwDataSize;
        internal void* pData;
    }

    /// <summary>What comes with the end of an attempt to connect; the profile's text, which may follow, is not read.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_CONNECTION_NOTIFICATION_DATA
    {
        internal int wlanConnectionMode;
        internal fixed char strProfileName[256];
        internal DOT11_SSID dot11Ssid;
        internal int dot11BssType;
        internal int bSecurityEnabled;
        internal uint wlanReasonCode;
        internal uint dwFlags;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_PHY_RADIO_STATE
    {
        internal uint dwPhyIndex;
        internal int dot11SoftwareRadioState;
        internal int dot11HardwareRadioState;
    }

    /// <summary>The head of the list; WLAN_PHY_RADIO_STATE follow, 64 at most.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct WLAN_RADIO_STATE
    {
        internal uint dwNumberOfPhys;
    }
}
