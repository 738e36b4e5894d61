using System.Text;
using EspProv.Srp;

namespace EspProv.Manufacturing.Credentials;

/// <summary>Makes security 2's salts and verifiers, one or thousands (PROTOCOL.md §5).</summary>
/// <remarks>
/// Verifiers have the RFC's form, which firmware and the phone apps agree on. The vendor's Python tool differs for passwords
/// whose inner hash begins with a zero byte, and cannot use a salt that begins with one; neither is ever generated, and
/// <see cref="HasVendorToolQuirk"/> and <see cref="SrpVerifier.SaltHasLeadingZero"/> tell of a given one. The arithmetic's time does not
/// depend on the password, although generation is usually an offline affair.
/// </remarks>
public sealed class Sec2CredentialGenerator
{
    private readonly IRandomSource _random;

    /// <summary>Makes a generator that draws salts and passwords from <paramref name="random"/>.</summary>
    public Sec2CredentialGenerator(IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
    }

    /// <summary>Whether the vendor's Python tool makes another verifier of this pair than the RFC, firmware and phone apps.</summary>
    public static bool HasVendorToolQuirk(string username, Secret password)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentNullException.ThrowIfNull(password);
        return SrpVerifier.InnerHashHasLeadingZero(Encoding.UTF8.GetBytes(username), password.Bytes);
    }

    /// <summary>Makes one credential.</summary>
    /// <exception cref="ArgumentException">The request is not valid.</exception>
    public Sec2Credential Create(Sec2CredentialRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        return Compute(Draw(request));
    }

    /// <summary>Draws what is random, on the caller's thread: the same source gives the same credentials however many threads compute.</summary>
    internal Sec2Draft Draw(Sec2CredentialRequest request)
    {
        byte[] salt = request.Salt?.ToArray() ?? SrpVerifier.DrawSalt(_random, request.SaltLength);
        return new Sec2Draft(request.Name, request.Username, salt, request.Password?.Copy() ?? DrawPassword(request), request.Password is null);
    }

    /// <summary>The long part.</summary>
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

/// <summary>A credential of which only the verifier is missing.</summary>
internal sealed record Sec2Draft(string? Name, string Username, byte[] Salt, Secret Password, bool IsGenerated);
