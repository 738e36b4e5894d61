/*
 * A double of Windows' wlanapi.dll for Wine, whose own has no adapters and sends no notifications. One adapter (the machine's loopback, so
 * that a virtual device is really reached through it), connected to the network "office", hears one access point: PROV_PESTER, WPA2, with
 * the key softap-key. What it is asked for is appended to the file that ESPPROV_WLAN_LOG names; the key is not.
 * The structures are those of mingw-w64's headers, not of ours.
 */
#include <winsock2.h>
#include <windows.h>
#include <iphlpapi.h>
#include <wlanapi.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>

#define MAX_THREADS 256
#define WRONG_KEY 0x48014 /* WLAN_REASON_CODE_MSMSEC_PSK_MISMATCH_SUSPECTED */

static const char access_point[] = "PROV_PESTER";
static const WCHAR access_point_hex[] = L"<hex>50524F565F504553544552</hex>";
static const BYTE beacon[] = {
    0x00, 0x0b, 'P', 'R', 'O', 'V', '_', 'P', 'E', 'S', 'T', 'E', 'R',
    0x30, 0x14, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x04, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x04, 0x01, 0x00, 0x00, 0x0f, 0xac, 0x02, 0x00, 0x00,
};

static GUID adapter;
static char connected_to[33] = "office";
static WLAN_NOTIFICATION_CALLBACK callback;
static void *callback_context;
static HANDLE threads[MAX_THREADS];
static int thread_count;

struct news
{
    DWORD code;
    DWORD reason;
    char ssid[33];
};

static void log_line(const char *what, const char *detail)
{
    char path[MAX_PATH];
    FILE *file;

    if (!GetEnvironmentVariableA("ESPPROV_WLAN_LOG", path, sizeof(path)) || !(file = fopen(path, "a")))
        return;
    fprintf(file, "%s %s\n", what, detail);
    fclose(file);
}

/* The adapter that has 127.0.0.1. */
static BOOL find_adapter(void)
{
    static IP_ADAPTER_ADDRESSES list[64];
    ULONG size = sizeof(list);
    IP_ADAPTER_ADDRESSES *one;
    BOOL found = FALSE;
    WCHAR name[64];

    if (GetAdaptersAddresses(AF_INET, 0, NULL, list, &size) == ERROR_SUCCESS)
    {
        for (one = list; one && !found; one = one->Next)
        {
            if (one->IfType != IF_TYPE_SOFTWARE_LOOPBACK)
                continue;
            MultiByteToWideChar(CP_ACP, 0, one->AdapterName, -1, name, 64);
            found = SUCCEEDED(CLSIDFromString(name, &adapter));
        }
    }
    return found;
}

static void fill_ssid(DOT11_SSID *ssid, const char *name)
{
    ssid->uSSIDLength = (ULONG)strlen(name);
    memcpy(ssid->ucSSID, name, ssid->uSSIDLength);
}

/* Windows tells from a thread of its own. */
static DWORD WINAPI tell(void *argument)
{
    struct news *news = argument;
    WLAN_NOTIFICATION_DATA data;
    WLAN_CONNECTION_NOTIFICATION_DATA connection;

    Sleep(20);
    memset(&data, 0, sizeof(data));
    memset(&connection, 0, sizeof(connection));
    data.NotificationSource = WLAN_NOTIFICATION_SOURCE_ACM;
    data.NotificationCode = news->code;
    data.InterfaceGuid = adapter;
    if (news->code != wlan_notification_acm_scan_complete)
    {
        fill_ssid(&connection.dot11Ssid, news->ssid);
        connection.dot11BssType = dot11_BSS_type_infrastructure;
        connection.wlanReasonCode = news->reason;
        data.dwDataSize = sizeof(connection);
        data.pData = &connection;
    }
    if (callback)
        callback(&data, callback_context);
    free(news);
    return 0;
}

static void tell_later(DWORD code, DWORD reason, const char *ssid)
{
    struct news *news = calloc(1, sizeof(*news));

    news->code = code;
    news->reason = reason;
    strcpy(news->ssid, ssid);
    if (thread_count < MAX_THREADS)
        threads[thread_count++] = CreateThread(NULL, 0, tell, news, 0, NULL);
}

DWORD WINAPI WlanOpenHandle(DWORD version, PVOID reserved, PDWORD negotiated, PHANDLE handle)
{
    if (!find_adapter())
        return ERROR_SERVICE_NOT_ACTIVE;
    *negotiated = version;
    *handle = (HANDLE)1;
    return ERROR_SUCCESS;
}

DWORD WINAPI WlanCloseHandle(HANDLE handle, PVOID reserved)
{
    while (thread_count > 0)
    {
        WaitForSingleObject(threads[--thread_count], INFINITE);
        CloseHandle(threads[thread_count]);
    }
    callback = NULL;
    return ERROR_SUCCESS;
}

VOID WINAPI WlanFreeMemory(PVOID memory)
{
    free(memory);
}

DWORD WINAPI WlanEnumInterfaces(HANDLE handle, PVOID reserved, PWLAN_INTERFACE_INFO_LIST *list)
{
    *list = calloc(1, offsetof(WLAN_INTERFACE_INFO_LIST, InterfaceInfo) + sizeof(WLAN_INTERFACE_INFO));
    (*list)->dwNumberOfItems = 1;
    (*list)->InterfaceInfo[0].InterfaceGuid = adapter;
    wcscpy((*list)->InterfaceInfo[0].strInterfaceDescription, L"Double of a wireless adapter");
    (*list)->InterfaceInfo[0].isState = *connected_to ? wlan_interface_state_connected : wlan_interface_state_disconnected;
    return ERROR_SUCCESS;
}

DWORD WINAPI WlanQueryInterface(
    HANDLE handle, const GUID *id, WLAN_INTF_OPCODE opcode, PVOID reserved, PDWORD size, PVOID *data, PWLAN_OPCODE_VALUE_TYPE type)
{
    WLAN_RADIO_STATE *radio;
    WLAN_CONNECTION_ATTRIBUTES *connection;

    if (type)
        *type = wlan_opcode_value_type_query_only;
    switch (opcode)
    {
    case wlan_intf_opcode_radio_state:
        *size = sizeof(*radio);
        *data = radio = calloc(1, *size);
        radio->dwNumberOfPhys = 1;
        radio->PhyRadioState[0].dot11SoftwareRadioState = radio->PhyRadioState[0].dot11HardwareRadioState = dot11_radio_state_on;
        return ERROR_SUCCESS;
    case wlan_intf_opcode_current_connection:
        if (!*connected_to)
            return ERROR_INVALID_STATE;
        *size = sizeof(*connection);
        *data = connection = calloc(1, *size);
        connection->isState = wlan_interface_state_connected;
        MultiByteToWideChar(CP_ACP, 0, connected_to, -1, connection->strProfileName, 256);
        fill_ssid(&connection->wlanAssociationAttributes.dot11Ssid, connected_to);
        connection->wlanAssociationAttributes.dot11BssType = dot11_BSS_type_infrastructure;
        return ERROR_SUCCESS;
    default:
        return ERROR_NOT_SUPPORTED;
    }
}

DWORD WINAPI WlanScan(HANDLE handle, const GUID *id, const PDOT11_SSID ssid, const PWLAN_RAW_DATA elements, PVOID reserved)
{
    log_line("scan", "");
    tell_later(wlan_notification_acm_scan_complete, 0, "");
    return ERROR_SUCCESS;
}

DWORD WINAPI WlanGetNetworkBssList(
    HANDLE handle, const GUID *id, const PDOT11_SSID ssid, DOT11_BSS_TYPE type, WINBOOL secured, PVOID reserved, PWLAN_BSS_LIST *list)
{
    static const BYTE bssid[6] = { 0x24, 0x0a, 0xc4, 0x26, 0x1f, 0xcc };
    DWORD size = offsetof(WLAN_BSS_LIST, wlanBssEntries) + sizeof(WLAN_BSS_ENTRY) + sizeof(beacon);
    WLAN_BSS_ENTRY *entry;

    *list = calloc(1, size);
    (*list)->dwTotalSize = size;
    (*list)->dwNumberOfItems = 1;
    entry = (*list)->wlanBssEntries;
    fill_ssid(&entry->dot11Ssid, access_point);
    memcpy(entry->dot11Bssid, bssid, 6);
    entry->dot11BssType = dot11_BSS_type_infrastructure;
    entry->lRssi = -60;
    entry->usCapabilityInformation = 0x11;
    entry->ulIeOffset = sizeof(WLAN_BSS_ENTRY);
    entry->ulIeSize = sizeof(beacon);
    memcpy((BYTE *)entry + entry->ulIeOffset, beacon, sizeof(beacon));
    return ERROR_SUCCESS;
}

DWORD WINAPI WlanConnect(HANDLE handle, const GUID *id, const PWLAN_CONNECTION_PARAMETERS parameters, PVOID reserved)
{
    char profile[33] = "";

    if (parameters->wlanConnectionMode == wlan_connection_mode_temporary_profile)
    {
        BOOL right = wcsstr(parameters->strProfile, L"<keyMaterial>softap-key</keyMaterial>") != NULL;

        if (!wcsstr(parameters->strProfile, access_point_hex)
            || !wcsstr(parameters->strProfile, L"<authentication>WPA2PSK</authentication>"))
            return ERROR_INVALID_PARAMETER;
        log_line(right ? "joined" : "refused", access_point);
        if (right)
            strcpy(connected_to, access_point);
        else
            tell_later(wlan_notification_acm_connection_attempt_fail, WRONG_KEY, access_point);
        tell_later(wlan_notification_acm_connection_complete, right ? 0 : WRONG_KEY, access_point);
        return ERROR_SUCCESS;
    }

    WideCharToMultiByte(CP_ACP, 0, parameters->strProfile, -1, profile, sizeof(profile), NULL, NULL);
    log_line("back to", profile);
    strcpy(connected_to, profile);
    tell_later(wlan_notification_acm_connection_complete, 0, profile);
    return ERROR_SUCCESS;
}

DWORD WINAPI WlanDisconnect(HANDLE handle, const GUID *id, PVOID reserved)
{
    log_line("disconnected", connected_to);
    *connected_to = 0;
    return ERROR_SUCCESS;
}

DWORD WINAPI WlanRegisterNotification(
    HANDLE handle, DWORD source, WINBOOL ignore_duplicate, WLAN_NOTIFICATION_CALLBACK function, PVOID context, PVOID reserved,
    PDWORD previous)
{
    if (previous)
        *previous = WLAN_NOTIFICATION_SOURCE_NONE;
    callback_context = context;
    callback = function;
    return ERROR_SUCCESS;
}

DWORD WINAPI WlanReasonCodeToString(DWORD reason, DWORD size, PWCHAR buffer, PVOID reserved)
{
    _snwprintf(buffer, size, L"Reason %lu of the double.", reason);
    return ERROR_SUCCESS;
}
