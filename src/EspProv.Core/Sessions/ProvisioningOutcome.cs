namespace EspProv.Sessions;

/// <summary>The outcome of provisioning.</summary>
public enum ProvisioningOutcome
{
    /// <summary>The device reports that it is connected.</summary>
    Connected,

    /// <summary>The device reports a failure.</summary>
    Failed,

    /// <summary>Credentials were applied; the outcome is unknown.</summary>
    Unknown,

    /// <summary>Credentials were applied; waiting was not requested.</summary>
    Applied,
}
