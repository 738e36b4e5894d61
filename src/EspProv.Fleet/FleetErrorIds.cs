namespace EspProv.Fleet;

/// <summary>
/// Stable error ids of rows, beside the names of <see cref="ProvisioningErrorReason"/> and those of <see cref="Sessions.JoinFailure"/>.
/// </summary>
public static class FleetErrorIds
{
    /// <summary>A column's text cannot be read as what the column is for.</summary>
    public const string InvalidValue = nameof(InvalidValue);

    /// <summary>The row needs a value that neither it nor a parameter has.</summary>
    public const string ValueRequired = nameof(ValueRequired);

    /// <summary>An earlier row of the plan is for the same device.</summary>
    public const string DuplicateDevice = nameof(DuplicateDevice);

    /// <summary>An entry of custom data was sent, and its reply is unknown. It is not sent again.</summary>
    public const string CustomDataInDoubt = nameof(CustomDataInDoubt);

    /// <summary>The timeout for one device expired.</summary>
    public const string DeviceTimeout = nameof(DeviceTimeout);

    /// <summary>The deadline of the whole run was reached.</summary>
    public const string DeadlineReached = nameof(DeadlineReached);

    /// <summary>An unexpected error: it ends only this row, and should be reported.</summary>
    public const string UnexpectedError = nameof(UnexpectedError);
}
