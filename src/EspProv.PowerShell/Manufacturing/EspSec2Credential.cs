using System.Globalization;
using System.Management.Automation;
using System.Security;
using EspProv.Commands.Pipeline;
using EspProv.Manufacturing.Credentials;
using EspProv.Srp;

namespace EspProv.Commands.Manufacturing;

/// <summary>Username, salt and verifier of one device's security 2, in hexadecimal: flat enough for Export-Csv and back.</summary>
public sealed class EspSec2Credential
{
    internal EspSec2Credential(Sec2Credential credential)
    {
        Core = credential;
        Salt = Convert.ToHexString(credential.Salt.Span).ToLowerInvariant();
        Verifier = Convert.ToHexString(credential.Verifier.Span).ToLowerInvariant();
    }

    /// <summary>What the device is called; empty when it was given no name.</summary>
    public string? Name => Core.Name;

    /// <summary>The username that clients log in with.</summary>
    public string Username => Core.Username;

    /// <summary>The salt in hexadecimal.</summary>
    public string Salt { get; }

    /// <summary>The verifier in hexadecimal: 384 bytes, and fewer 1 time in 256.</summary>
    public string Verifier { get; }

    /// <summary>The password, if it was generated; none otherwise.</summary>
    public SecureString? Password
    {
        get
        {
            if (Core.Password is not { } password)
                return null;
            var secure = new SecureString();
            foreach (byte letter in password.Bytes) // generated passwords are ASCII
                secure.AppendChar((char)letter);
            secure.MakeReadOnly();
            return secure;
        }
    }

    internal Sec2Credential Core { get; }

    /// <summary>The name and the username, never the password.</summary>
    public override string ToString() => Core.ToString();

    /// <summary>What there is to say about a given salt; null where every client can use it.</summary>
    internal static string? SaltWarning(string? device, ReadOnlySpan<byte> salt) => SrpVerifier.SaltHasLeadingZero(salt)
        ? $"The salt of '{device}' begins with a zero byte, which the vendor's Python tool drops: that tool can never log in, while phone "
            + "apps and this module can. Another salt avoids the question; one that is drawn here never begins so."
        : null;

    /// <summary>Reads a row of a CSV or JSON file that has the columns Username, Salt and Verifier, and perhaps Name.</summary>
    /// <exception cref="ArgumentException">A column is missing, or is not what it should be.</exception>
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
