namespace EspProv;

/// <summary>
/// A provisioning error with a <see cref="Reason"/> that callers can act on. Messages name the device and the step, never a secret;
/// untrusted text in them is made safe to show (see <see cref="UntrustedText"/>).
/// </summary>
public sealed class ProvisioningException : Exception
{
    /// <summary>Makes an error of the given kind.</summary>
    public ProvisioningException(ProvisioningErrorReason reason, string message, Exception? innerException = null)
        : base(UntrustedText.Show(message), UntrustedText.Show(innerException)) => Reason = reason;

    /// <summary>What went wrong.</summary>
    public ProvisioningErrorReason Reason { get; }

    /// <summary>The device's own status code, where it answered with one (PROTOCOL.md §3, <c>Status</c>).</summary>
    public DeviceStatus? DeviceStatus { get; init; }

    /// <summary>The endpoint, if any.</summary>
    public string? Endpoint { get; init; }
}
