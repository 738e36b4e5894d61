using System.Net;
using System.Runtime.InteropServices;
using System.Security;
using System.Text;

namespace EspProv.Commands.Pipeline;

/// <summary>Converts between SecureString and <see cref="Secret"/>, without a string in between.</summary>
internal static class SecureStringExtensions
{
    /// <summary>Marks a device that has no secret, unlike a missing value. Compare it by reference.</summary>
    internal static SecureString None { get; } = "".ToSecureString();

    /// <summary>The UTF-8 bytes of the secret.</summary>
    internal static unsafe Secret ToSecret(this SecureString value)
    {
        IntPtr text = Marshal.SecureStringToGlobalAllocUnicode(value);
        try
        {
            return Secret.FromUtf8(new ReadOnlySpan<char>(text.ToPointer(), value.Length));
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(text);
        }
    }

    /// <summary>The secret as text; only for virtual devices, whose secrets are made up by the user.</summary>
    internal static string ToPlainText(this SecureString value) => new NetworkCredential("", value).Password;

    /// <summary>A SecureString of a value that was given as plain text.</summary>
    internal static SecureString ToSecureString(this string value)
    {
        var secure = new SecureString();
        foreach (char letter in value)
            secure.AppendChar(letter);
        secure.MakeReadOnly();
        return secure;
    }

    /// <summary>A SecureString of a secret, such as one from a QR code.</summary>
    internal static SecureString ToSecureString(this Secret value)
    {
        char[] letters = new char[Encoding.UTF8.GetMaxCharCount(value.Length)];
        var secure = new SecureString();
        int length = Encoding.UTF8.GetChars(value.Bytes, letters);
        foreach (char letter in letters.AsSpan(0, length))
            secure.AppendChar(letter);
        Array.Clear(letters);
        secure.MakeReadOnly();
        return secure;
    }
}
