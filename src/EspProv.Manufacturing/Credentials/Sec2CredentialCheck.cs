using System.Security.Cryptography;
using System.Text;
using EspProv.Srp;

namespace EspProv.Manufacturing.Credentials;

/// <summary>Whether a username and a password fit a salt and a verifier.</summary>
public enum Sec2CredentialFit
{
    /// <summary>No.</summary>
    None,

    /// <summary>Yes: clients can log in.</summary>
    Fits,

    /// <summary>
    /// The verifier was computed by the vendor's Python tool for a password whose inner hash begins with a zero byte: the vendor's client
    /// can log in, but clients that follow the RFC, such as the phone apps, cannot (PROTOCOL.md §5).
    /// </summary>
    FitsVendorToolOnly,
}

/// <summary>Checks credentials against passwords.</summary>
public static class Sec2CredentialCheck
{
    /// <summary>Recomputes the verifier and compares in constant time.</summary>
    /// <param name="username">The username.</param>
    /// <param name="password">The password; owned by the caller.</param>
    /// <param name="salt">The salt.</param>
    /// <param name="verifier">Big-endian, with or without leading zero bytes.</param>
    public static Sec2CredentialFit Check(string username, Secret password, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> verifier)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentNullException.ThrowIfNull(password);
        SrpGroup group = SrpGroup.Rfc5054_3072;
        verifier = verifier.TrimStart((byte)0);
        if (verifier.Length > group.Length)
            return Sec2CredentialFit.None;

        byte[] name = Encoding.UTF8.GetBytes(username);
        if (Equal(SrpVerifier.Compute(group, name, password.Bytes, salt), verifier))
            return Sec2CredentialFit.Fits;
        if (SrpVerifier.InnerHashHasLeadingZero(name, password.Bytes)
            && Equal(SrpVerifier.Compute(group, name, password.Bytes, salt, useVendorToolHash: true), verifier))
        {
            return Sec2CredentialFit.FitsVendorToolOnly;
        }

        return Sec2CredentialFit.None;

        bool Equal(ReadOnlySpan<byte> computed, ReadOnlySpan<byte> given)
        {
            Span<byte> left = stackalloc byte[group.Length];
            Span<byte> right = stackalloc byte[group.Length];
            left.Clear();
            right.Clear();
            computed.CopyTo(left[^computed.Length..]);
            given.CopyTo(right[^given.Length..]);
            return CryptographicOperations.FixedTimeEquals(left, right);
        }
    }
}
