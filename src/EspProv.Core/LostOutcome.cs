namespace EspProv;

/// <summary>
/// The errors after which the outcome of a request is unknown: it may have arrived, and no reply says what the device did. The one list
/// for those who repeat a request, who record it, and who advise the user.
/// </summary>
public static class LostOutcome
{
    /// <summary>Whether a request that failed for this reason may have reached the device, and may have been carried out.</summary>
    /// <remarks>
    /// False for <see cref="ProvisioningErrorReason.ReflectedResponse"/>, although the outcome is unknown then too: it is an attack, which
    /// ends the session and keeps its own error id.
    /// </remarks>
    public static bool IsUnknownAfter(ProvisioningErrorReason reason) => IsWorthRepeating(reason) || reason is
        // There was a reply, which does not say what the device did.
        ProvisioningErrorReason.MalformedResponse or
        ProvisioningErrorReason.UnexpectedResponse or

        // Closed by another caller while the request was on its way.
        ProvisioningErrorReason.SessionClosed;

    /// <summary>Whether a new session may bring the reply to a verb that is safe to repeat.</summary>
    /// <remarks>
    /// Only where no reply arrived, or one that was altered on its way. A malformed or unexpected reply is what the device says: it would
    /// say the same again, and the caller has to see it. A closed session is not opened again.
    /// </remarks>
    internal static bool IsWorthRepeating(ProvisioningErrorReason reason) => reason is
        ProvisioningErrorReason.SessionLost or
        ProvisioningErrorReason.ExchangeTimeout or
        ProvisioningErrorReason.DecryptionFailed;
}
