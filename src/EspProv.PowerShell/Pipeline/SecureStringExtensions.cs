using System.Net;
using System.Runtime.InteropServices;
using System.Security;
using System.Text;

namespace EspProv.Commands.Pipeline;

/// <summary>From PowerShell's secret to Core's, without a string in between.</summary>
internal static class SecureStringExtensions
{
    /// <summary>The secret of a device of which it is known that it has none; to be told by its reference from a value that is missing.</summary>
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

    /// <summary>The secret as text: for a virtual device only, whose secrets are the user's own invention.</summary>
    internal static string ToPlainText(this SecureString value) => new NetworkCredential("", value).Password;

    /// <summary>A SecureString of the text, for values that came in the clear.</summary>
    internal static SecureString ToSecureString(this string value)
    {
        var secure = new SecureString();
        foreach (char letter in value)
            secure.AppendChar(letter);
        secure.MakeReadOnly();
        return secure;
    }

    /// <summary>PowerShell's secret of Core's, for values that came in a code.</summary>
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
