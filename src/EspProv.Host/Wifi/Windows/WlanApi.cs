using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Threading.Channels;
using static EspProv.Host.Wifi.Windows.NativeWlan;

namespace EspProv.Host.Wifi.Windows;

/// <summary>wlanapi.dll.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WlanApi : IWlanApi
{
    /// <inheritdoc/>
    public IWlanClient Open() => new Client();

    private static void Check(string function, uint error)
    {
        if (error != ERROR_SUCCESS)
            throw new WlanException(function, error);
    }

    private sealed unsafe class Client : IWlanClient
    {
        // Unread notifications are outdated: they are dropped before each wait.
        private readonly Channel<WlanNotification> _notifications =
            Channel.CreateBounded<WlanNotification>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest });

        private readonly GCHandle _self;
        private nint _handle;

        public Client()
        {
            try
            {
                uint version;
                nint handle;
                Check(nameof(WlanOpenHandle), WlanOpenHandle(ClientVersion, null, &version, &handle));
                _handle = handle;
            }
            catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
            {
                throw new WlanException(nameof(WlanOpenHandle), WlanException.Missing, exception);
            }

            _self = GCHandle.Alloc(this);
            try
            {
                uint previous;
                Check(
                    nameof(WlanRegisterNotification),
                    WlanRegisterNotification(
                        _handle, WLAN_NOTIFICATION_SOURCE_ACM, 1, &OnNotification, GCHandle.ToIntPtr(_self), null, &previous));
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public ChannelReader<WlanNotification> Notifications => _notifications.Reader;

        public IReadOnlyList<WlanInterface> GetInterfaces()
        {
            WLAN_INTERFACE_INFO_LIST* list;
            Check(nameof(WlanEnumInterfaces), WlanEnumInterfaces(_handle, null, &list));
            try
            {
                return WlanReader.ReadInterfaces(
                    new ReadOnlySpan<byte>(
                        list, checked(sizeof(WLAN_INTERFACE_INFO_LIST) + ((int)list->dwNumberOfItems * sizeof(WLAN_INTERFACE_INFO)))));
            }
            finally
            {
                WlanFreeMemory(list);
            }
        }

        public WlanRadio GetRadio(Guid interfaceId) =>
            WlanReader.ReadRadio(Query(interfaceId, wlan_intf_opcode_radio_state, sizeof(WLAN_RADIO_STATE)));

        public void Scan(Guid interfaceId) => Check(nameof(WlanScan), WlanScan(_handle, &interfaceId, null, null, null));

        public IReadOnlyList<WlanAccessPoint> GetAccessPoints(Guid interfaceId)
        {
            WLAN_BSS_LIST* list;
            Check(nameof(WlanGetNetworkBssList), WlanGetNetworkBssList(_handle, &interfaceId, null, dot11_BSS_type_any, 0, null, &list));
            try
            {
                return WlanReader.ReadAccessPoints(
                    new ReadOnlySpan<byte>(list, checked((int)Math.Max(list->dwTotalSize, (uint)sizeof(WLAN_BSS_LIST)))));
            }
            finally
            {
                WlanFreeMemory(list);
            }
        }

        public WlanConnection? GetConnection(Guid interfaceId)
        {
            try
            {
                return WlanReader.ReadConnection(
                    Query(interfaceId, wlan_intf_opcode_current_connection, sizeof(WLAN_CONNECTION_ATTRIBUTES)));
            }
            catch (WlanException exception) when (exception.Error == ERROR_INVALID_STATE)
            {
                return null;
            }
        }

        public void ConnectByXml(Guid interfaceId, ReadOnlySpan<char> profileXml)
        {
            fixed (char* text = profileXml)
                Connect(interfaceId, wlan_connection_mode_temporary_profile, text, dot11_BSS_type_infrastructure);
        }

        public void ConnectByName(Guid interfaceId, string profile, int bssType)
        {
            fixed (char* text = profile)
                Connect(interfaceId, wlan_connection_mode_profile, text, bssType);
        }

        public void Disconnect(Guid interfaceId) => Check(nameof(WlanDisconnect), WlanDisconnect(_handle, &interfaceId, null));

        public string Describe(uint reason)
        {
            char* text = stackalloc char[1024];
            return WlanReasonCodeToString(reason, 1024, text, null) == ERROR_SUCCESS ? new string(text) : "";
        }

        public (string Name, IReadOnlyList<IPAddress> Addresses)? GetAddresses(Guid interfaceId)
        {
            NetworkInterface? found = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(
                one => Guid.TryParse(one.Id, out Guid id) && id == interfaceId);
            return found is null
                ? null
                : (found.Name, [.. found.GetIPProperties().UnicastAddresses
                    .Where(
                        address =>
                            address.Address.AddressFamily == AddressFamily.InterNetwork
                                && address.DuplicateAddressDetectionState is DuplicateAddressDetectionState.Preferred)
                    .Select(address => address.Address)]);
        }

        public void Dispose()
        {
            nint handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0)
                return;

            // Waits for a running callback; no others follow.
            _ = WlanCloseHandle(handle, null);
            _self.Free();
            _notifications.Writer.TryComplete();
        }

        [UnmanagedCallersOnly(CallConvs = [typeof(CallConvStdcall)])]
        private static void OnNotification(WLAN_NOTIFICATION_DATA* data, nint context)
        {
            // A callback of the service must neither throw nor block.
            if (GCHandle.FromIntPtr(context).Target is Client client
                && WlanReader.ReadNotification(
                    data->NotificationSource, data->NotificationCode, data->InterfaceGuid,
                    data->pData is null ? [] : new ReadOnlySpan<byte>(data->pData, (int)data->dwDataSize)) is { } notification)
            {
                client._notifications.Writer.TryWrite(notification);
            }
        }

        private void Connect(Guid interfaceId, int mode, char* profile, int bssType)
        {
            var parameters = new WLAN_CONNECTION_PARAMETERS { wlanConnectionMode = mode, strProfile = profile, dot11BssType = bssType };
            Check(nameof(WlanConnect), WlanConnect(_handle, &interfaceId, &parameters, null));
        }

        private byte[] Query(Guid interfaceId, int opcode, int leastSize)
        {
            uint size;
            void* data;
            int valueType;
            Check(nameof(WlanQueryInterface), WlanQueryInterface(_handle, &interfaceId, opcode, null, &size, &data, &valueType));
            try
            {
                return size >= leastSize
                    ? new ReadOnlySpan<byte>(data, (int)size).ToArray()
                    : throw new WlanException(nameof(WlanQueryInterface), ERROR_INVALID_DATA);
            }
            finally
            {
                WlanFreeMemory(data);
            }
        }
    }
}
