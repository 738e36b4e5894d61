namespace EspProv.Devices;

/// <summary>The kind of network that a device joins.</summary>
public enum ProvisioningNetwork
{
    /// <summary>Wi-Fi.</summary>
    Wifi,

    /// <summary>Thread.</summary>
    Thread,
}
