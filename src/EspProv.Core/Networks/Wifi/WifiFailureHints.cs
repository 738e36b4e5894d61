using EspProv.Wire;

namespace EspProv.Networks.Wifi;

/// <summary>
/// What may lie behind an answer that says too little. Drivers since ESP-IDF 5.2 have reasons (210 to 212: no compatible security, below
/// the authentication threshold, below the RSSI threshold) that stock firmware does not report (PROTOCOL.md §9).
/// </summary>
public static class WifiFailureHints
{
    /// <summary>For a device that stays Connecting.</summary>
    public static string StillConnecting =>
        "Some reasons are not reported by firmware: the network is WEP, or WPA without WPA2, and was given a key of 8 or more characters; "
        + "it wants a login (802.1X); or its signal is below the firmware's limit.";

    /// <summary>For a device that says AuthError.</summary>
    public static string AuthError =>
        "If the passphrase is right: firmware with a limit on its attempts says the same of WEP, of WPA without WPA2, and of a signal "
        + "below its limit.";

    /// <summary>
    /// What to say before a key is sent to a network that newer drivers refuse with it; null where there is nothing to say. It does not show the key.
    /// </summary>
    /// <param name="network">What to call the network.</param>
    /// <param name="known">How its access points authenticate, as far as that is known.</param>
    /// <param name="key">The key; null for none.</param>
    public static string? BelowThreshold(string network, IReadOnlyList<WifiAuthMode> known, Secret? key)
    {
        ArgumentNullException.ThrowIfNull(known);
        return key is null || known.Count == 0 || !known.All(mode => mode.IsBelowThreshold(key.Length))
            ? null
            : $"Wi-Fi network '{network}' is {known[0]}. Devices with ESP-IDF 5.2 or later refuse such a network "
                + $"with a key of {ProtocolLimits.MinPassphraseLength} or more characters, and do not report it: they stay Connecting, or say AuthError.";
    }

    /// <summary>What to say after the last status of a device that came to no end; empty where there is nothing to say.</summary>
    internal static string After(NetworkStatus lastStatus) =>
        lastStatus is WifiStatus { State: WifiState.Connecting } ? " " + StillConnecting : "";
}
