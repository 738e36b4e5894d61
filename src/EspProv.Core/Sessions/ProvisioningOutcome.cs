namespace EspProv.Sessions;

/// <summary>How provisioning ended, as far as it can be known.</summary>
public enum ProvisioningOutcome
{
    /// <summary>The device said that it is connected.</summary>
    Connected,

    /// <summary>The device said that it failed.</summary>
    Failed,

    /// <summary>Credentials were applied, and what came of it cannot be known.</summary>
    Unknown,

    /// <summary>Credentials were applied, and nobody asked to wait.</summary>
    Applied,
}
