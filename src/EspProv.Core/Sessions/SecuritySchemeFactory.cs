using EspProv.Security;

namespace EspProv.Sessions;

/// <summary>Creates the chosen scheme.</summary>
public static class SecuritySchemeFactory
{
    /// <summary>A new scheme; each handshake needs one.</summary>
    /// <param name="choice">What <see cref="SecurityNegotiation"/> chose.</param>
    /// <param name="credential">The secrets; owned by the caller, and needed until the handshake ends.</param>
    /// <param name="patchVersion"><c>sec_patch_ver</c> as the device gave it, null when it gave none. Matters to security 2 only.</param>
    /// <param name="random">The source of ephemeral keys.</param>
    /// <exception cref="ArgumentException">Security 2 without username or password.</exception>
    public static ISecurityScheme Create(SecurityChoice choice, SecurityCredential credential, int? patchVersion, IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(choice);
        ArgumentNullException.ThrowIfNull(credential);
        return choice.Version switch
        {
            SecurityVersion.Security0 => new Security0(),
            SecurityVersion.Security1 => new Security1(credential.ProofOfPossession, random),
            SecurityVersion.Security2 => new Security2(
                credential.Username ?? "",
                credential.Password ?? throw new ArgumentException("Security 2 needs a password.", nameof(credential)),
                patchVersion,
                credential.UseVendorToolHash,
                random),
            _ => throw new ArgumentOutOfRangeException(nameof(choice), choice.Version, "There is no such security scheme."),
        };
    }
}
