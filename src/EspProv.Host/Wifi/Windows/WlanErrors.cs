using System.Globalization;

namespace EspProv.Host.Wifi.Windows;

/// <summary>Translates Windows' error numbers.</summary>
internal static class WlanErrors
{
    // WLAN_REASON_CODE: failures of the handshake with a wrong key, and networks out of range.
    private const uint KeyMismatch = 0x2800D;
    private const uint KeyStartTimeout = 0x48004;
    private const uint KeySuccessTimeout = 0x48005;
    private const uint PskMismatchSuspected = 0x48014;
    private const uint NotVisible = 0x28002;
    private const uint NetworkNotAvailable = 0x2800B;

    public static ProvisioningException NoAdapter() =>
        Unavailable("Windows has no usable Wi-Fi adapter. Connect one, or enable it in the device manager.");

    public static ProvisioningException Off(WlanRadio radio) => radio is WlanRadio.Blocked
        ? Unavailable("The Wi-Fi radio is switched off by a switch or key of this machine. Switch it on there.")
        : Unavailable("Wi-Fi is switched off in Windows' settings, or by flight mode. Switch it on under Settings > Network & internet.");

    /// <summary>Whether a reason means a wrong key.</summary>
    public static bool IsWrongKey(uint reason) => reason is KeyMismatch or KeyStartTimeout or KeySuccessTimeout or PskMismatchSuspected;

    /// <summary>The error for a network that was not joined.</summary>
    public static ProvisioningException NotJoined(string ssid, uint reason, string words)
    {
        string what = IsWrongKey(reason) ? "the key is wrong"
            : reason is NotVisible or NetworkNotAvailable ? "it is not in range, or of a kind that this adapter does not support"
            : "Windows failed to connect";
        string says = words.Length > 0 ? $"{words.TrimEnd('.', ' ', '\r', '\n')}, reason" : "reason";
        return new ProvisioningException(
            IsWrongKey(reason) ? ProvisioningErrorReason.WrongSoftApKey : ProvisioningErrorReason.DeviceUnreachable,
            string.Create(CultureInfo.InvariantCulture, $"'{ssid}' was not joined: {what} (Windows says: {says} 0x{reason:X5})."));
    }

    public static ProvisioningException Translate(WlanException error) => error.Error switch
    {
        NativeWlan.ERROR_ACCESS_DENIED => Unavailable(
            "Windows does not let this program see Wi-Fi networks. Since Windows 11 24H2 this needs the location permission: switch on "
            + "location services and 'Let desktop apps access your location' under Settings > Privacy & security > Location, "
            + "and try again. " + HostWifiPlatform.ByHand,
            error),
        NativeWlan.ERROR_SERVICE_NOT_ACTIVE =>
            Unavailable(
                "Windows' Wi-Fi service, WLAN AutoConfig, does not run. Start it as an administrator: Start-Service WlanSvc.", error),
        NativeWlan.ERROR_NDIS_DOT11_POWER_STATE_INVALID => Off(WlanRadio.Off),
        WlanException.Missing =>
            Unavailable("This Windows has no Wi-Fi service; on Windows Server install the feature Wireless-Networking.", error),
        _ => Unavailable($"Windows' Wi-Fi service refused a call: {error.Message} {HostWifiPlatform.ByHand}", error),
    };

    private static ProvisioningException Unavailable(string what, Exception? innerException = null) =>
        new(ProvisioningErrorReason.TransportUnavailable, what, innerException);
}
