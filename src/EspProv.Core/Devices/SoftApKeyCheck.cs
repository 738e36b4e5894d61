using EspProv.Wire;

namespace EspProv.Devices;

/// <summary>Checks the key of a device's own access point.</summary>
internal static class SoftApKeyCheck
{
    /// <summary>The error of a key that no access point can have; null for none.</summary>
    public static ProvisioningException? FindError(Secret key) => ProtocolLimits.IsPassphraseLength(key.Length)
        ? null
        : new ProvisioningException(
            ProvisioningErrorReason.InvalidSoftApKey,
            $"The key of the device's access point has {key.Length} bytes; it must have {ProtocolLimits.MinPassphraseLength} to "
            + $"{ProtocolLimits.MaxPassphraseLength}.");
}
