namespace EspProv.Networks.Wifi;

/// <summary>
/// An access point's authentication, the driver's raw value under the driver's names (without its prefix <c>WIFI_AUTH_</c>). Values without
/// a name here are kept and shown as numbers.
/// </summary>
public enum WifiAuthMode
{
    /// <summary>No passphrase.</summary>
    Open = 0,

    /// <summary>WEP.</summary>
    WEP = 1,

    /// <summary>WPA.</summary>
    WPA_PSK = 2,

    /// <summary>WPA2.</summary>
    WPA2_PSK = 3,

    /// <summary>WPA and WPA2.</summary>
    WPA_WPA2_PSK = 4,

    /// <summary>WPA2 Enterprise, which the protocol has no credentials for. The driver calls it ENTERPRISE too.</summary>
    WPA2_ENTERPRISE = 5,

    /// <summary>WPA3.</summary>
    WPA3_PSK = 6,

    /// <summary>WPA2 and WPA3.</summary>
    WPA2_WPA3_PSK = 7,

    /// <summary>WAPI.</summary>
    WAPI_PSK = 8,

    /// <summary>Enhanced Open: encrypted, without a passphrase.</summary>
    OWE = 9,

    /// <summary>WPA3 Enterprise with 192 bits.</summary>
    WPA3_ENT_192 = 10,

    /// <summary>WPA3, as <see cref="WPA3_PSK"/>; an older driver's name for one of its kinds.</summary>
    WPA3_EXT_PSK = 11,

    /// <summary>WPA3, as <see cref="WPA3_PSK"/>; an older driver's name for one of its kinds.</summary>
    WPA3_EXT_PSK_MIXED_MODE = 12,

    /// <summary>Wi-Fi Easy Connect.</summary>
    DPP = 13,

    /// <summary>WPA3 Enterprise.</summary>
    WPA3_ENTERPRISE = 14,

    /// <summary>WPA2 and WPA3 Enterprise.</summary>
    WPA2_WPA3_ENTERPRISE = 15,

    /// <summary>WPA Enterprise.</summary>
    WPA_ENTERPRISE = 16,
}
