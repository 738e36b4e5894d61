using System.Text.RegularExpressions;

namespace EspProv.Commands.Pipeline;

/// <summary>Parses bytes from hexadecimal digits, with colons or spaces between them, or from the content of a C array.</summary>
internal static partial class HexText
{
    /// <summary>Parses the bytes.</summary>
    /// <exception cref="ArgumentException">The text is not hexadecimal; the message does not contain it.</exception>
    internal static byte[] Parse(string text)
    {
        string digits = Separators().Replace(text, "");
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(digits)
            : throw new ArgumentException("The text is not bytes in hexadecimal, two digits each.");
    }

    [GeneratedRegex(@"0[xX](?=[0-9a-fA-F]{2}(?![0-9a-fA-F]))|[\s:,{}-]+", RegexOptions.CultureInvariant)]
    private static partial Regex Separators();
}
