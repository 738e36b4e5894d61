using EspProv.Wire;

namespace EspProv.Networks.Wifi;

/// <summary>
/// Hints for unspecific failures. Drivers since ESP-IDF 5.2 have reasons (210 to 212: no compatible security, below
/// the authentication threshold, below the RSSI threshold) that stock firmware does not report (PROTOCOL.md §9).
/// </summary>
public static class WifiFailureHints
{
    /// <summary>For a device that remains Connecting.</summary>
    public static string StillConnecting =>
        "Some reasons are not reported by firmware: the network is WEP, or WPA without WPA2, and was given a key of 8 or more characters; "
        + "it wants a login (802.1X); or its signal is below the firmware's limit.";

    /// <summary>For a device that reports AuthError.</summary>
    public static string AuthError =>
        "If the passphrase is right: firmware with a limit on its attempts says the same of WEP, of WPA without WPA2, and of a signal "
        + "below its limit.";

    /// <summary>For credentials without a passphrase.</summary>
    /// <param name="network">The network's name, safe to show.</param>
    public static string NoPassphrase(string network) => $"No passphrase was given: the network '{network}' is taken for an open one.";

    /// <summary>
    /// The warning before a key is sent to a network that newer drivers refuse to join with it; null if there is none. Never shows the key.
    /// </summary>
    /// <param name="network">The network's name, safe to show.</param>
    /// <param name="known">The known authentication modes of its access points; may be empty.</param>
    /// <param name="key">The key; null for none.</param>
    public static string? BelowThreshold(string network, IReadOnlyList<WifiAuthMode> known, Secret? key)
    {
        ArgumentNullException.ThrowIfNull(known);
        return key is null || known.Count == 0 || !known.All(mode => mode.IsBelowThreshold(key.Length))
            ? null
            : $"Wi-Fi network '{network}' is {known[0]}. Devices with ESP-IDF 5.2 or later refuse such a network with a key of "
                + $"{ProtocolLimits.MinPassphraseLength} or more characters, and do not report it: they stay Connecting, or say AuthError.";
    }

    /// <summary>The hint for a device without an outcome, by its last status; may be empty.</summary>
    internal static string After(NetworkStatus lastStatus) =>
        lastStatus is WifiStatus { State: WifiState.Connecting } ? " " + StillConnecting : "";
}
