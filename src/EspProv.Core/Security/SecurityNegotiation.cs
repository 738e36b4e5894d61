using System.Security.Cryptography;
using EspProv.Discovery;

namespace EspProv.Security;

/// <summary>Which scheme to use with a device, and what the user should be told about it.</summary>
/// <param name="Version">The scheme.</param>
/// <param name="UseProofOfPossession">Whether security 1 mixes the given proof of possession in: not when the device says it has none.</param>
/// <param name="Notices">Sentences for the user, such as that a given secret is not used.</param>
public sealed record SecurityChoice(SecurityVersion Version, bool UseProofOfPossession, IReadOnlyList<string> Notices);

/// <summary>
/// Chooses the scheme from what the device says, what the user names, and which secrets the user gave. The device's word is
/// not authenticated, so it may not lead to a weaker scheme than the secrets are for (PROTOCOL.md §2).
/// </summary>
public static class SecurityNegotiation
{
    private const string NoSecurity = "no_sec";
    private const string NoProofOfPossession = "no_pop";

    /// <summary>Chooses.</summary>
    /// <param name="capability">The device's unauthenticated word.</param>
    /// <param name="requested">The scheme that the user named, if any.</param>
    /// <param name="credential">The secrets that the user gave.</param>
    /// <param name="allowUnencrypted">Whether security 0 may be used because the device says so. It has no effect when secrets were given.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.SecurityDowngrade"/>, <see cref="ProvisioningErrorReason.SecurityMismatch"/>,
    /// <see cref="ProvisioningErrorReason.ProofOfPossessionRequired"/>, <see cref="ProvisioningErrorReason.UsernamePasswordRequired"/>.
    /// </exception>
    public static SecurityChoice Choose(
        DeviceCapability capability, SecurityVersion? requested, SecurityCredential credential, bool allowUnencrypted)
    {
        ArgumentNullException.ThrowIfNull(capability);
        ArgumentNullException.ThrowIfNull(credential);

        SecurityVersion offered = Offered(capability);
        SecurityVersion version;
        if (requested is { } named)
        {
            RequireAgreement(capability, named, offered);
            version = named;
        }
        else
        {
            RequireNoDowngrade(offered, credential, allowUnencrypted);
            version = offered;
        }

        var notices = new List<string>();
        bool useProofOfPossession = false;
        switch (version)
        {
            case SecurityVersion.Security1:
                useProofOfPossession = DecideProofOfPossession(capability, credential, notices);
                break;
            case SecurityVersion.Security2:
                if (string.IsNullOrEmpty(credential.Username) || credential.Password is null)
                {
                    throw new ProvisioningException(
                        ProvisioningErrorReason.UsernamePasswordRequired, "The device uses security 2, which needs a username and a password.");
                }

                break;
        }

        AddNoticesOfUnusedSecrets(version, credential, notices);
        return new SecurityChoice(version, useProofOfPossession, notices);
    }

    /// <summary><c>sec_ver</c> if present; else <c>no_sec</c> means 0, otherwise 1.</summary>
    private static SecurityVersion Offered(DeviceCapability capability)
        => capability.SecurityVersion ?? (capability.Has(NoSecurity) ? SecurityVersion.Security0 : SecurityVersion.Security1);

    private static void RequireAgreement(DeviceCapability capability, SecurityVersion named, SecurityVersion offered)
    {
        if (!Enum.IsDefined(named))
            throw new ArgumentOutOfRangeException(nameof(named), named, "There is no such security scheme.");

        // Firmware that does not name its scheme gets the benefit of the doubt: the handshake will tell.
        bool known = capability.SecurityVersion is not null || capability.Has(NoSecurity);
        if (known && named != offered)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.SecurityMismatch, $"The device uses security {(int)offered}; security {(int)named} was asked for.");
        }
    }

    private static void RequireNoDowngrade(SecurityVersion offered, SecurityCredential credential, bool allowUnencrypted)
    {
        if (!Enum.IsDefined(offered))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.SecurityMismatch, $"The device uses security {(int)offered}, which is not known here.");
        }

        bool hasLogin = !string.IsNullOrEmpty(credential.Username) || credential.Password is not null;
        bool hasProofOfPossession = credential.ProofOfPossession is { IsEmpty: false };
        SecurityVersion expected =
            hasLogin ? SecurityVersion.Security2 :
            hasProofOfPossession ? SecurityVersion.Security1 :
            SecurityVersion.Security0;
        if (offered < expected)
        {
            string given = hasLogin ? "A username and password were given" : "A proof of possession was given";
            throw new ProvisioningException(
                ProvisioningErrorReason.SecurityDowngrade,
                $"{given}, which is for security {(int)expected}, but the device says, without proof, that it uses security {(int)offered}. " +
                "If that is right, name the scheme.");
        }

        if (offered == SecurityVersion.Security0 && !allowUnencrypted)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.SecurityDowngrade,
                "The device says, without proof, that it uses no security: everything, the passphrase included, would be sent in the clear. " +
                "Allow that explicitly, or name the scheme.");
        }
    }

    private static bool DecideProofOfPossession(DeviceCapability capability, SecurityCredential credential, List<string> notices)
    {
        bool deviceHasNone = capability.Has(NoProofOfPossession);
        switch (credential.ProofOfPossession)
        {
            case null when !deviceHasNone:
                throw new ProvisioningException(
                    ProvisioningErrorReason.ProofOfPossessionRequired,
                    "The device uses security 1 and needs a proof of possession. Give an empty one if it has none.");
            case { IsEmpty: false } when deviceHasNone:
                notices.Add(
                    "The device says that it has no proof of possession (no_pop), so the given one is not used: " +
                    "the session is encrypted, but nothing proves that this is the device that was meant.");
                return false;
            default:
                return credential.ProofOfPossession is { IsEmpty: false };
        }
    }

    private static void AddNoticesOfUnusedSecrets(SecurityVersion version, SecurityCredential credential, List<string> notices)
    {
        if (version != SecurityVersion.Security1 && credential.ProofOfPossession is { IsEmpty: false } && !(version == SecurityVersion.Security2 && IsPassword(credential)))
            notices.Add($"The proof of possession is not used: it is for security 1, and the session uses security {(int)version}.");
        if (version != SecurityVersion.Security2 && (!string.IsNullOrEmpty(credential.Username) || credential.Password is not null))
            notices.Add($"Username and password are not used: they are for security 2, and the session uses security {(int)version}.");
    }

    // A QR code's pop is the proof of possession or the password, whichever the scheme wants (PROTOCOL.md §10).
    private static bool IsPassword(SecurityCredential credential) => credential is { ProofOfPossession: { } pop, Password: { } password }
        && CryptographicOperations.FixedTimeEquals(pop.Bytes, password.Bytes);
}
