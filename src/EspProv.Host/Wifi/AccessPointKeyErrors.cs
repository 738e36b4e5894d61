namespace EspProv.Host.Wifi;

/// <summary>Errors of a key that does not fit the access point, found before the former network is left.</summary>
internal static class AccessPointKeyErrors
{
    /// <summary>The access point needs a key, and there is none.</summary>
    public static ProvisioningException Missing(string ssid) =>
        new(ProvisioningErrorReason.SoftApKeyRequired, $"'{ssid}' needs a key, and none was given.");

    /// <summary>The access point is open, and there is a key.</summary>
    public static ProvisioningException Needless(string ssid) => new(
        ProvisioningErrorReason.WrongSoftApKey,
        $"'{ssid}' is an open network, and a key was given for it. It was not joined; leave the key out.");
}
