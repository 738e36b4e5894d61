namespace EspProv.Sessions;

/// <summary>The outcome of provisioning.</summary>
public enum ProvisioningOutcome
{
    /// <summary>The device reports that it is connected, or the log of its board does.</summary>
    Connected,

    /// <summary>The device reports a failure, or the log of its board does.</summary>
    Failed,

    /// <summary>Credentials were applied; the outcome is unknown.</summary>
    Unknown,

    /// <summary>Credentials were applied; waiting was not requested.</summary>
    Applied,
}
