namespace EspProv.Networks.Wifi;

/// <summary>An access point's authentication, the driver's raw value: values without a name here are kept and shown as numbers.</summary>
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

    /// <summary>WPA2 Enterprise, which the protocol has no credentials for.</summary>
    WPA2_ENTERPRISE = 5,

    /// <summary>WPA3.</summary>
    WPA3_PSK = 6,

    /// <summary>WPA2 and WPA3.</summary>
    WPA2_WPA3_PSK = 7,
}
