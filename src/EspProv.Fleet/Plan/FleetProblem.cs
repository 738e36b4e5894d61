namespace EspProv.Fleet.Plan;

/// <summary>Why a row cannot be run.</summary>
/// <param name="ErrorId">A stable id.</param>
/// <param name="Message">The message: it names the column, never shows a secret, and has cells escaped.</param>
public sealed record FleetProblem(string ErrorId, string Message)
{
    /// <summary>A value that cannot be used.</summary>
    internal static FleetProblem InvalidValue(FormattableString message) =>
        new(FleetErrorIds.InvalidValue, FormattableString.Invariant(message));

    /// <summary>A value that is missing.</summary>
    internal static FleetProblem ValueRequired(string message) => new(FleetErrorIds.ValueRequired, message);

    /// <summary>A request that exceeds the device's buffer.</summary>
    internal static FleetProblem RequestTooLarge(FormattableString message) =>
        new(nameof(ProvisioningErrorReason.RequestTooLarge), FormattableString.Invariant(message));

    /// <summary>A limit of the protocol that a value exceeds.</summary>
    internal static FleetProblem Of(ProvisioningException error) => new(error.Reason.ToString(), error.Message);

    /// <summary>An unexpected error. The exception's message is left out: it may quote the device or contain a secret.</summary>
    public static FleetProblem Unexpected { get; } = new(
        FleetErrorIds.UnexpectedError,
        "An unexpected error. Run the row again with verbose messages, which show the error's type, and report that type.");

    /// <summary>The key of the Wi-Fi network is in the column of security 2's password, so that an empty key would be sent.</summary>
    public static FleetProblem KeyInPassword { get; } = new(
        nameof(ProvisioningErrorReason.InvalidPassphrase),
        "Password is for security 2, with Username. The key of the Wi-Fi network belongs in the column, or parameter, Passphrase.");

    /// <summary>The message: it names the column, never shows a secret, and has cells escaped.</summary>
    public string Message { get; init; } = UntrustedText.Show(Message);
}
