using System.Globalization;

namespace EspProv.Host.Wifi.Windows;

/// <summary>What Windows' numbers mean to a user, and what to do about them.</summary>
internal static class WlanErrors
{
    // WLAN_REASON_CODE: parts of the handshake that fail where the keys differ, and networks that nobody hears.
    private const uint KeyMismatch = 0x2800D;
    private const uint KeyStartTimeout = 0x48004;
    private const uint KeySuccessTimeout = 0x48005;
    private const uint PskMismatchSuspected = 0x48014;
    private const uint NotVisible = 0x28002;
    private const uint NetworkNotAvailable = 0x2800B;

    public static ProvisioningException NoAdapter() => Unavailable("Windows has no Wi-Fi adapter that it can use: there is none, or it is disabled in the device manager.");

    public static ProvisioningException Off(WlanRadio radio) => radio is WlanRadio.Blocked
        ? Unavailable("The Wi-Fi radio is kept off by a switch or a key of this machine: switch it on there.")
        : Unavailable("Wi-Fi is switched off in Windows' settings, or by flight mode: switch it on under Settings > Network & internet.");

    /// <summary>Whether the reason of a failed attempt says that the key is wrong.</summary>
    public static bool IsWrongKey(uint reason) => reason is KeyMismatch or KeyStartTimeout or KeySuccessTimeout or PskMismatchSuspected;

    /// <summary>Why a network was not joined.</summary>
    public static ProvisioningException NotJoined(string ssid, uint reason, string words)
    {
        string what = IsWrongKey(reason) ? $"its key is another one than was given"
            : reason is NotVisible or NetworkNotAvailable ? "it is not heard here, or is of a kind that this adapter does not know"
            : "Windows failed to connect";
        string says = words.Length > 0 ? $"{words.TrimEnd('.', ' ', '\r', '\n')}, reason" : "reason";
        return new ProvisioningException(
            IsWrongKey(reason) ? ProvisioningErrorReason.WrongSoftApKey : ProvisioningErrorReason.DeviceUnreachable,
            string.Create(CultureInfo.InvariantCulture, $"'{ssid}' was not joined: {what} (Windows says: {says} 0x{reason:X5})."));
    }

    public static ProvisioningException Translate(WlanException error) => error.Error switch
    {
        NativeWlan.ERROR_ACCESS_DENIED => Unavailable(
            "Windows does not let this program see Wi-Fi networks. Since Windows 11 24H2 that takes the permission for the location: switch on location services and " +
            "'Let desktop apps access your location' under Settings > Privacy & security > Location, and try again. " + HostWifiPlatform.ByHand,
            error),
        NativeWlan.ERROR_SERVICE_NOT_ACTIVE => Unavailable("Windows' Wi-Fi service, WLAN AutoConfig, does not run. Start it as an administrator: Start-Service WlanSvc.", error),
        NativeWlan.ERROR_NDIS_DOT11_POWER_STATE_INVALID => Off(WlanRadio.Off),
        WlanException.Missing => Unavailable("This Windows has no Wi-Fi service; on Windows Server that is the feature Wireless-Networking.", error),
        _ => Unavailable($"Windows' Wi-Fi service refused a call: {error.Message} {HostWifiPlatform.ByHand}", error),
    };

    private static ProvisioningException Unavailable(string what, Exception? innerException = null) =>
        new(ProvisioningErrorReason.TransportUnavailable, what, innerException);
}
