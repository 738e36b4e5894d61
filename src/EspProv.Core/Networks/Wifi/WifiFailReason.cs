namespace EspProv.Networks.Wifi;

/// <summary>Why the station could not connect.</summary>
public enum WifiFailReason
{
    /// <summary>The passphrase is wrong.</summary>
    AuthError = 0,

    /// <summary>No such network is in range.</summary>
    NetworkNotFound = 1,
}
