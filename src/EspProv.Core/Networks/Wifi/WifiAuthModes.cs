using EspProv.Wire;

namespace EspProv.Networks.Wifi;

/// <summary>What an auth mode means for the credentials.</summary>
public static class WifiAuthModes
{
    /// <summary>Whether the network needs a passphrase: open networks and OWE do not; unknown modes may.</summary>
    public static bool NeedsPassphrase(this WifiAuthMode mode) => mode is not (WifiAuthMode.Open or WifiAuthMode.OWE);

    /// <summary>Whether the network needs a login (802.1X), which the protocol cannot carry.</summary>
    public static bool IsEnterprise(this WifiAuthMode mode) => mode is
        WifiAuthMode.WPA2_ENTERPRISE or WifiAuthMode.WPA3_ENT_192 or
        WifiAuthMode.WPA3_ENTERPRISE or WifiAuthMode.WPA2_WPA3_ENTERPRISE or WifiAuthMode.WPA_ENTERPRISE;

    /// <summary>
    /// Whether drivers since ESP-IDF 5.2 refuse a network of that kind when they are given a key of 8 or more bytes, without firmware
    /// reporting it (PROTOCOL.md §9).
    /// </summary>
    public static bool IsBelowThreshold(this WifiAuthMode mode, int keyLength) =>
        mode is WifiAuthMode.WEP or WifiAuthMode.WPA_PSK && keyLength >= ProtocolLimits.MinPassphraseLength;
}
