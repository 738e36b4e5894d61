namespace EspProv.Virtual;

/// <summary>The vendor's component that the device is built with.</summary>
public enum ProvisioningComponent
{
    /// <summary>wifi_provisioning, <c>v1.1</c>.</summary>
    WifiProvisioning,

    /// <summary>network_provisioning, <c>netprov-v1.2</c>.</summary>
    NetworkProvisioning,
}
