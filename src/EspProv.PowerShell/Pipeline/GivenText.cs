using System.Text;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// What a file or a variable brings along unseen in a name or a secret: found before anything is sent, since a device would only say that
/// it is wrong. No message shows the text.
/// </summary>
internal static class GivenText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>The bytes of text in UTF-8.</summary>
    /// <param name="what">What it is, at the beginning of a sentence: the name of a column or parameter.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">It is not well-formed. The message does not show it.</exception>
    internal static byte[] ToUtf8(string what, string text)
    {
        try
        {
            return StrictUtf8.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new FormatException($"{what} is not well-formed text.");
        }
    }

    /// <summary>What is wrong with a name or a secret; null when nothing is.</summary>
    /// <param name="what">What it is, at the beginning of a sentence: the name of a column or parameter.</param>
    /// <param name="utf8">The text in UTF-8.</param>
    internal static string? FindError(string what, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Contains((byte)0))
            return $"{what} has a null character in it, which firmware takes for its end.";
        return utf8.Length > 0 && utf8[^1] is (byte)'\n' or (byte)'\r'
            ? $"{what} ends with a line break, as Get-Content -Raw brings it along. Take it off: $text.TrimEnd(\"`r`n\")."
            : FindEncodingError(what, utf8);
    }

    /// <inheritdoc cref="FindError(string, ReadOnlySpan{byte})"/>
    internal static string? FindError(string what, string text) => FindError(what, Encoding.UTF8.GetBytes(text));

    /// <summary>Says so where text was read in another encoding than it was written in, whatever it is for.</summary>
    internal static string? FindEncodingError(string what, ReadOnlySpan<byte> utf8) => utf8.IndexOf(Replacement) >= 0
        ? $"{what} has U+FFFD in it, which stands for bytes that are not UTF-8. Read the file in its own encoding, such as Import-Csv -Encoding latin1."
        : null;
}
