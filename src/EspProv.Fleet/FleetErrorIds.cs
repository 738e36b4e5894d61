namespace EspProv.Fleet;

/// <summary>Stable error ids of rows, beside the names of <see cref="ProvisioningErrorReason"/>.</summary>
public static class FleetErrorIds
{
    /// <summary>A column's text cannot be read as what the column is for.</summary>
    public const string InvalidValue = nameof(InvalidValue);

    /// <summary>The row needs a value that neither it nor a parameter has.</summary>
    public const string ValueRequired = nameof(ValueRequired);

    /// <summary>An earlier row of the plan is for the same device.</summary>
    public const string DuplicateDevice = nameof(DuplicateDevice);

    /// <summary>The time for one device was over.</summary>
    public const string DeviceTimeout = nameof(DeviceTimeout);

    /// <summary>The time for the whole run was over.</summary>
    public const string DeadlineReached = nameof(DeadlineReached);

    /// <summary>An error that nobody expected: it ends this row only, and ought to be reported.</summary>
    public const string UnexpectedError = nameof(UnexpectedError);

    /// <summary>The device says that the passphrase is wrong.</summary>
    public const string WifiAuthError = nameof(WifiAuthError);

    /// <summary>The device says that there is no such network.</summary>
    public const string WifiNetworkNotFound = nameof(WifiNetworkNotFound);

    /// <summary>The device says that it failed, for a reason without a name.</summary>
    public const string WifiConnectionFailed = nameof(WifiConnectionFailed);

    /// <summary>What came of the credentials cannot be known.</summary>
    public const string WifiOutcomeUnknown = nameof(WifiOutcomeUnknown);

    /// <summary>The device cannot make sense of the Thread dataset.</summary>
    public const string ThreadDatasetRefused = nameof(ThreadDatasetRefused);

    /// <summary>No router of the Thread network answered the device, which a wrong network key looks like too.</summary>
    public const string ThreadNetworkNotFound = nameof(ThreadNetworkNotFound);

    /// <summary>The device says that it could not attach, for a reason without a name.</summary>
    public const string ThreadAttachFailed = nameof(ThreadAttachFailed);

    /// <summary>What came of the Thread dataset cannot be known.</summary>
    public const string ThreadOutcomeUnknown = nameof(ThreadOutcomeUnknown);
}
