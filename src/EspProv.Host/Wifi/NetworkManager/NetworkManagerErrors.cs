using System.Globalization;
using EspProv.Host.DBus;

namespace EspProv.Host.Wifi.NetworkManager;

/// <summary>Translates errors and numeric reasons of NetworkManager.</summary>
internal static class NetworkManagerErrors
{
    /// <summary>NetworkManager is too old.</summary>
    public static ProvisioningException TooOld(string version) => Unavailable(
        $"This machine's NetworkManager {version} cannot bind a network to one program: "
        + $"version {NetworkManagerClient.MinVersion} or later is needed. {HostWifiPlatform.ByHand}");

    /// <summary>No usable interface.</summary>
    public static ProvisioningException NoDevice() => Unavailable(
        "NetworkManager has no Wi-Fi interface that it can use: there is none, or it is switched off or not managed. "
        + "See nmcli device, and nmcli radio.");

    /// <summary>Another session uses the interface.</summary>
    public static ProvisioningException Taken(string device, int process)
    {
        string owner = process == Environment.ProcessId
            ? "this process"
            : string.Create(CultureInfo.InvariantCulture, $"process {process}");
        return Unavailable($"{device} is on another device's access point, for a session of {owner}. Close that session first.");
    }

    /// <summary>Whether the error, from NetworkManager or the bus, means that nothing was done.</summary>
    public static bool IsRefusal(DBusException error) =>
        error.Name == DBusException.AccessDenied || error.Name.StartsWith(NetworkManagerNames.Service + ".", StringComparison.Ordinal);

    /// <summary>A call failed.</summary>
    public static ProvisioningException Translate(DBusException error)
    {
        string says = error.Message.TrimEnd('.');
        return error.Name switch
        {
            DBusException.ServiceUnknown or DBusException.NameHasNoOwner or DBusException.Disconnected
                or DBusException.FileNotFound or DBusException.NoServer => Unavailable(
                    $"NetworkManager, which switches this machine's Wi-Fi, does not run or is not installed ({says}). "
                    + $"{HostWifiPlatform.ByHand}", error),
            _ when error.IsFailedStart => Unavailable(
                $"NetworkManager, which switches this machine's Wi-Fi, cannot be started ({says}). {HostWifiPlatform.ByHand}", error),
            DBusException.LimitsExceeded => Unavailable(
                $"NetworkManager cannot be used through this message bus ({says}). {HostWifiPlatform.ByHand}", error),
            DBusException.AccessDenied or NetworkManagerNames.PermissionDenied => Unavailable(
                $"The system does not let this user switch Wi-Fi networks ({says}). See nmcli general permissions. "
                + $"{HostWifiPlatform.ByHand}", error),
            _ => new ProvisioningException(
                ProvisioningErrorReason.DeviceUnreachable, $"NetworkManager refused: {says} ({error.Name}).", error),
        };
    }

    /// <summary>The device's access point was not joined.</summary>
    /// <param name="ssid">Its name.</param>
    /// <param name="reason">The interface's reason; 0 for none.</param>
    public static ProvisioningException NotJoined(string ssid, uint reason)
    {
        string what = (DeviceReason)reason switch
        {
            DeviceReason.SsidNotFound => "it is not in range. Is the device powered, near, and waiting to be provisioned?",
            DeviceReason.IpConfigUnavailable or DeviceReason.IpConfigExpired
                or DeviceReason.DhcpStartFailed or DeviceReason.DhcpError or DeviceReason.DhcpFailed =>
                "this machine got no address there. Restart the device, and try again.",
            DeviceReason.SupplicantDisconnect or DeviceReason.SupplicantConfigFailed
                or DeviceReason.SupplicantFailed or DeviceReason.SupplicantTimeout =>
                "the access point did not let this machine in. Move closer, and check the key.",
            DeviceReason.NoSecrets => "it needs a key, and none was given.",
            _ => "NetworkManager gave up. See its log: journalctl -u NetworkManager.",
        };
        string text = string.Create(CultureInfo.InvariantCulture, $"'{ssid}' was not joined: {what} (NetworkManager's reason {reason})");
        return new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, text);
    }

    private static ProvisioningException Unavailable(string what, Exception? cause = null) =>
        new(ProvisioningErrorReason.TransportUnavailable, what, cause);
}
