using System.Text;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// Finds invisible characters in a name or a secret, such as a line break from a file, before anything is sent: a device would only report
/// a wrong secret. No message contains the text.
/// </summary>
internal static class GivenText
{
    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>Encodes text in UTF-8.</summary>
    /// <param name="what">The name of the column or parameter, for the message.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">The text is not well-formed. The message does not contain it.</exception>
    internal static byte[] ToUtf8(string what, string text)
    {
        try
        {
            return StrictUtf8.Encoding.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new FormatException($"{what} is not well-formed text.");
        }
    }

    /// <summary>The error in a name or a secret; null when there is none.</summary>
    /// <param name="what">The name of the column or parameter, for the message.</param>
    /// <param name="utf8">The text in UTF-8.</param>
    internal static string? FindError(string what, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Contains((byte)0))
            return $"{what} contains a null character, where firmware would cut it off.";
        return utf8.Length > 0 && utf8[^1] is (byte)'\n' or (byte)'\r'
            ? $"{what} ends with a line break, which Get-Content -Raw keeps. Remove it: $text.TrimEnd(\"`r`n\")."
            : FindEncodingError(what, utf8);
    }

    /// <inheritdoc cref="FindError(string, ReadOnlySpan{byte})"/>
    internal static string? FindError(string what, string text) => FindError(what, Encoding.UTF8.GetBytes(text));

    /// <summary>The error when text was read in the wrong encoding; null otherwise.</summary>
    internal static string? FindEncodingError(string what, ReadOnlySpan<byte> utf8) => utf8.IndexOf(Replacement) >= 0
        ? $"{what} contains U+FFFD, which stands for bytes that are not UTF-8. "
            + "Read the file in its own encoding, such as Import-Csv -Encoding latin1."
        : null;
}
