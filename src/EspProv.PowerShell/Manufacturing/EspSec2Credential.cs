using System.Globalization;
using System.Management.Automation;
using System.Security;
using EspProv.Commands.Pipeline;
using EspProv.Manufacturing.Credentials;
using EspProv.Srp;

namespace EspProv.Commands.Manufacturing;

/// <summary>Username, salt and verifier for security 2 of one device, in hexadecimal, so that CSV files can hold them.</summary>
public sealed class EspSec2Credential
{
    internal EspSec2Credential(Sec2Credential credential)
    {
        Core = credential;
        Salt = Convert.ToHexString(credential.Salt.Span).ToLowerInvariant();
        Verifier = Convert.ToHexString(credential.Verifier.Span).ToLowerInvariant();
    }

    /// <summary>The device's name; empty if none was given.</summary>
    public string? Name => Core.Name;

    /// <summary>The username that clients log in with.</summary>
    public string Username => Core.Username;

    /// <summary>The salt in hexadecimal.</summary>
    public string Salt { get; }

    /// <summary>The verifier in hexadecimal: 384 bytes, or fewer in 1 of 256 cases.</summary>
    public string Verifier { get; }

    /// <summary>The password, if it was generated; none otherwise.</summary>
    public SecureString? Password => Core.Password?.ToSecureString();

    internal Sec2Credential Core { get; }

    /// <summary>The name and the username, never the password.</summary>
    public override string ToString() => Core.ToString();

    /// <summary>A warning for a salt that the vendor's Python tool cannot use; null if every client can use it.</summary>
    /// <param name="owner">Whose credential it is: the device's name, or the username.</param>
    /// <param name="salt">The salt.</param>
    internal static string? SaltWarning(string owner, ReadOnlySpan<byte> salt) => SrpVerifier.SaltHasLeadingZero(salt)
        ? $"The salt in the credential of '{owner}' begins with a zero byte, which the vendor's Python tool drops: that tool can never "
            + "log in, while phone apps and this module can. Choose another salt, or let this module generate one: it never begins with a "
            + "zero byte."
        : null;

    /// <summary>Reads a row of a CSV or JSON file with the columns Username, Salt, Verifier and optionally Name.</summary>
    /// <exception cref="ArgumentException">A column is missing or invalid.</exception>
    internal static EspSec2Credential FromRow(PSObject row)
    {
        return new EspSec2Credential(new Sec2Credential(
            Column("Name", required: false),
            Column("Username")!,
            HexText.Parse(Column("Salt")!),
            HexText.Parse(Column("Verifier")!)));

        string? Column(string name, bool required = true)
        {
            string? value = Convert.ToString(row.Properties[name]?.Value, CultureInfo.InvariantCulture);
            return required && string.IsNullOrEmpty(value) ? throw new ArgumentException($"The row has no {name}.") : value;
        }
    }
}
