using System.Text;
using EspProv.Srp;

namespace EspProv.Manufacturing.Credentials;

/// <summary>Computes salts and verifiers of security 2 (PROTOCOL.md §5).</summary>
/// <remarks>
/// Verifiers have the RFC's form, which firmware and the phone apps agree on. The vendor's Python tool differs for passwords whose inner
/// hash begins with a zero byte, and cannot use a salt that begins with one; neither is ever generated, and
/// <see cref="HasVendorToolQuirk"/> and <see cref="SrpVerifier.SaltHasLeadingZero"/> detect given ones. The computation's time does not
/// depend on the password.
/// </remarks>
public sealed class Sec2CredentialGenerator
{
    private readonly IRandomSource _random;

    /// <summary>Creates a generator that draws salts and passwords from <paramref name="random"/>.</summary>
    public Sec2CredentialGenerator(IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
    }

    /// <summary>Whether the vendor's Python tool computes another verifier for this pair than the RFC, firmware and phone apps.</summary>
    public static bool HasVendorToolQuirk(string username, Secret password)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentNullException.ThrowIfNull(password);
        return SrpVerifier.InnerHashHasLeadingZero(Encoding.UTF8.GetBytes(username), password.Bytes);
    }

    /// <summary>Computes one credential.</summary>
    /// <exception cref="ArgumentException">The request is not valid.</exception>
    public Sec2Credential Create(Sec2CredentialRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        return Compute(Draw(request));
    }

    /// <summary>Draws the random values on the caller's thread, so that results do not depend on the number of threads.</summary>
    internal Sec2Draft Draw(Sec2CredentialRequest request)
    {
        byte[] salt = request.Salt?.ToArray() ?? SrpVerifier.DrawSalt(_random, request.SaltLength);
        return new Sec2Draft(
            request.Name, request.Username, salt, request.Password?.Copy() ?? DrawPassword(request), request.Password is null);
    }

    /// <summary>Computes the verifier, which takes most of the time.</summary>
    internal static Sec2Credential Compute(Sec2Draft draft)
    {
        try
        {
            byte[] verifier = SrpVerifier.Compute(Encoding.UTF8.GetBytes(draft.Username), draft.Password.Bytes, draft.Salt);
            return new Sec2Credential(draft.Name, draft.Username, draft.Salt, verifier, draft.IsGenerated ? draft.Password : null);
        }
        finally
        {
            if (!draft.IsGenerated)
                draft.Password.Dispose();
        }
    }

    private Secret DrawPassword(Sec2CredentialRequest request)
    {
        while (true)
        {
            Secret password = request.Recipe.Draw(_random);
            if (!HasVendorToolQuirk(request.Username, password))
                return password;
            password.Dispose();
        }
    }
}

/// <summary>A credential without its verifier.</summary>
internal sealed record Sec2Draft(string? Name, string Username, byte[] Salt, Secret Password, bool IsGenerated);
