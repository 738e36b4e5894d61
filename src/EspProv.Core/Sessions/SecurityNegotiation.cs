using System.Security.Cryptography;
using EspProv.Devices;
using EspProv.Security;

namespace EspProv.Sessions;

/// <summary>The chosen scheme, and notices for the user.</summary>
/// <param name="Version">The scheme.</param>
/// <param name="Notices">Sentences, such as that a given secret is not used.</param>
public sealed record SecurityChoice(SecurityVersion Version, IReadOnlyList<string> Notices);

/// <summary>
/// Chooses the scheme from the device's reply, the requested scheme, and the given secrets. The reply is not authenticated, so it must not
/// lead to a weaker scheme than the secrets are for, nor to an unused secret (PROTOCOL.md §2).
/// </summary>
/// <remarks>
/// What an attacker gains by altering a field of the <c>proto-ver</c> reply, or by replying in the device's place. Everything not listed
/// only prevents provisioning, which dropping the reply would do too.
/// <list type="table">
/// <listheader><term>field</term><description>gain</description></listheader>
/// <item><term><c>sec_ver</c>, lower</term><description>
/// Nothing if secrets were given or plain text was not allowed (SecurityDowngrade), or if a scheme was requested (SecurityMismatch).
/// Without secrets and with AllowUnencrypted, the user allowed it.
/// </description></item>
/// <item><term><c>sec_ver</c>, higher, unknown, or absent</term><description>
/// Nothing: a stronger scheme needs its own secrets, an unknown one is a SecurityMismatch, an absent one means 1 or the requested one.
/// </description></item>
/// <item><term><c>sec_patch_ver</c></term><description>
/// Nothing: the form of the nonce decides whether messages are counted (<see cref="Security2"/>).
/// </description></item>
/// <item><term><c>no_sec</c></term><description>As <c>sec_ver</c> 0; ignored if there is a <c>sec_ver</c>.</description></item>
/// <item><term><c>no_pop</c>, added</term><description>
/// Nothing if a proof of possession was given: SecurityDowngrade. Without one, the session: the user is not asked for a proof, and is
/// warned that nothing proves which device this is.
/// </description></item>
/// <item><term><c>no_pop</c>, left out</term><description>
/// Nothing: a proof is required and used, and the device refuses it.
/// </description></item>
/// <item><term><c>wifi_prov</c>, <c>thread_prov</c></term><description>
/// Nothing: they choose which of the given networks is sent, to a device that is authenticated by then and accepts one kind only.
/// </description></item>
/// <item><term><c>ver</c>, <c>wifi_scan</c>, <c>thread_scan</c>, other capabilities, the application's keys</term><description>
/// Nothing: they are only shown.
/// </description></item>
/// <item><term>a bare string, keys twice (the last counts), other types</term><description>
/// Nothing: each equals another reply in this table, or is malformed; if the scheme was named, a malformed one is ignored with a warning.
/// </description></item>
/// </list>
/// </remarks>
public static class SecurityNegotiation
{
    internal const string NoSecurity = "no_sec";
    private const string NoProofOfPossession = "no_pop";

    /// <summary>Chooses.</summary>
    /// <param name="capability">The device's unauthenticated reply.</param>
    /// <param name="requested">The requested scheme, if any.</param>
    /// <param name="credential">The secrets that the user gave.</param>
    /// <param name="allowUnencrypted">Whether security 0 may be used if the device reports it. No effect if secrets were given.</param>
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
        switch (version)
        {
            case SecurityVersion.Security1:
                RequireProofOfPossession(capability, credential, notices);
                break;
            case SecurityVersion.Security2:
                if (string.IsNullOrEmpty(credential.Username) || credential.Password is null)
                {
                    throw new ProvisioningException(
                        ProvisioningErrorReason.UsernamePasswordRequired,
                        "The device uses security 2, which needs a username and a password."
                            + (credential.ProofOfPossession is { IsEmpty: false }
                                ? " A proof of possession was given, which is for security 1: the 'pop' on the label of such a device is "
                                    + "the password."
                                : ""));
                }

                break;
        }

        AddNoticesOfUnusedSecrets(version, credential, notices);
        return new SecurityChoice(version, notices);
    }

    /// <summary><c>sec_ver</c> if present; else <c>no_sec</c> means 0, otherwise 1.</summary>
    private static SecurityVersion Offered(DeviceCapability capability)
        => capability.SecurityVersion ?? (capability.Has(NoSecurity) ? SecurityVersion.Security0 : SecurityVersion.Security1);

    private static void RequireAgreement(DeviceCapability capability, SecurityVersion named, SecurityVersion offered)
    {
        if (!Enum.IsDefined(named))
            throw new ArgumentOutOfRangeException(nameof(named), named, "There is no such security scheme.");

        // Firmware that does not report its scheme: the handshake decides.
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
                $"{given}, which is for security {(int)expected}, but the device says, without proof, that it uses security "
                + $"{(int)offered}. If that is right, name the scheme.");
        }

        if (offered == SecurityVersion.Security0 && !allowUnencrypted)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.SecurityDowngrade,
                "The device says, without proof, that it uses no security: everything, the passphrase included, would be sent in the "
                + "clear. Allow that explicitly, or name the scheme.");
        }
    }

    private static void RequireProofOfPossession(DeviceCapability capability, SecurityCredential credential, List<string> notices)
    {
        bool deviceHasNone = capability.Has(NoProofOfPossession);
        switch (credential.ProofOfPossession)
        {
            case null when !deviceHasNone:
                throw new ProvisioningException(
                    ProvisioningErrorReason.ProofOfPossessionRequired,
                    "The device uses security 1 and needs a proof of possession. Give an empty one if it has none.");
            case null:
                notices.Add(
                    "No proof of possession was given, and the device says that it has none (no_pop): the session is encrypted, " +
                    "but nothing proves that this is the device that was meant.");
                break;
            case { IsEmpty: false } when deviceHasNone:
                throw new ProvisioningException(
                    ProvisioningErrorReason.SecurityDowngrade,
                    "A proof of possession was given, but the device says, without proof, that it has none (no_pop), as an impostor " +
                    "would. If its firmware really has none, leave the proof of possession out, or give an empty one.");
        }
    }

    private static void AddNoticesOfUnusedSecrets(SecurityVersion version, SecurityCredential credential, List<string> notices)
    {
        if (version != SecurityVersion.Security1
            && credential.ProofOfPossession is { IsEmpty: false }
            && !(version == SecurityVersion.Security2 && IsPassword(credential)))
        {
            notices.Add($"The proof of possession is not used: it is for security 1, and the session uses security {(int)version}.");
        }

        if (version != SecurityVersion.Security2 && (!string.IsNullOrEmpty(credential.Username) || credential.Password is not null))
            notices.Add($"Username and password are not used: they are for security 2, and the session uses security {(int)version}.");
    }

    // A QR code's pop is the proof of possession or the password, depending on the scheme (PROTOCOL.md §10).
    private static bool IsPassword(SecurityCredential credential) => credential is { ProofOfPossession: { } pop, Password: { } password }
        && CryptographicOperations.FixedTimeEquals(pop.Bytes, password.Bytes);
}
