using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EspProv;

/// <summary>
/// Makes untrusted text (from a device, a radio, a label, a file) safe to show. Characters that control a terminal, reorder text or are
/// invisible become escapes: <c>\u{1B}</c> for a character, <c>\x{FF}</c> for a byte that is not UTF-8.
/// </summary>
/// <remarks>
/// Escaped: control characters (line breaks and tabs too), format characters (bidirectional controls, zero-width characters, tags), line
/// and paragraph separators, other characters that Unicode defines as ignorable (fillers, variation selectors), lone surrogates, private
/// and unassigned characters. The joiner U+200D is among them, so a combined emoji is shown as its parts. The variation selectors U+FE0E
/// and U+FE0F stay behind a visible character: emoji and dingbats need them. Everything else is unchanged, backslashes too; use the bytes
/// for the exact text. Applying it twice changes nothing.
/// </remarks>
public static partial class UntrustedText
{
    private const int TextPresentation = 0xFE0E;
    private const int EmojiPresentation = 0xFE0F;

    // The Default_Ignorable_Code_Points that are not format characters or unassigned.
    private static readonly (int First, int Last)[] Invisible =
    [
        (0x034F, 0x034F), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFFA0, 0xFFA0),
        (0xE0100, 0xE01EF),
    ];

    /// <summary>Removes the escapes from text that was shown, or that looks like it.</summary>
    public static string RemoveEscapes(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Escapes().Replace(text, "");
    }

    /// <summary>Returns the text in a form that is safe to show; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? Show(string? text)
    {
        if (text is null || IsSafe(text))
            return text;
        var shown = new StringBuilder(text.Length + 16);
        bool isVisible = false;
        for (int at = 0; at < text.Length;)
        {
            bool isRune = Rune.TryGetRuneAt(text, at, out Rune rune);
            isVisible = Append(shown, isRune ? rune.Value : text[at], isRune, isVisible);
            at += isRune ? rune.Utf16SequenceLength : 1;
        }

        return shown.ToString();
    }

    /// <summary>Decodes UTF-8 bytes into text that is safe to show.</summary>
    public static string Show(ReadOnlySpan<byte> utf8)
    {
        var shown = new StringBuilder(utf8.Length);
        bool isVisible = false;
        while (!utf8.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(utf8, out Rune rune, out int length) is System.Buffers.OperationStatus.Done)
            {
                isVisible = Append(shown, rune.Value, isRune: true, isVisible);
            }
            else
            {
                foreach (byte value in utf8[..length])
                    shown.Append(CultureInfo.InvariantCulture, $"\\x{{{value:X2}}}");
                isVisible = false;
            }

            utf8 = utf8[length..];
        }

        return shown.ToString();
    }

    /// <summary>Whether <see cref="Show(string)"/> leaves the text as it is.</summary>
    public static bool IsSafe(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool isVisible = false;
        for (int at = 0; at < text.Length;)
        {
            if (text[at] is >= ' ' and <= '~')
            {
                isVisible = true;
                at++;
            }
            else if (Rune.TryGetRuneAt(text, at, out Rune rune) && IsSafe(rune.Value, isVisible))
            {
                isVisible = !IsPresentation(rune.Value);
                at += rune.Utf16SequenceLength;
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Equivalent JSON that is safe to show: unsafe characters in strings get JSON escapes, and line breaks and tabs between tokens are
    /// removed.
    /// </summary>
    /// <param name="json">Well-formed JSON.</param>
    public static string ShowJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (IsSafe(json))
            return json;
        var shown = new StringBuilder(json.Length + 16);
        bool isVisible = false;
        for (int at = 0; at < json.Length;)
        {
            bool isRune = Rune.TryGetRuneAt(json, at, out Rune rune);
            int length = isRune ? rune.Utf16SequenceLength : 1;
            if (isRune && IsSafe(rune.Value, isVisible))
            {
                shown.Append(json, at, length);
                isVisible = !IsPresentation(rune.Value);
            }
            else
            {
                // In well-formed JSON these three never occur within strings.
                foreach (char c in json.AsSpan(at, length).Trim("\t\r\n"))
                    shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                isVisible = false;
            }

            at += length;
        }

        return shown.ToString();
    }

    /// <summary>Returns an error that is safe to show: itself, or a copy with a safe message and without inner exceptions.</summary>
    [return: NotNullIfNotNull(nameof(error))]
    public static Exception? Show(Exception? error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (!IsSafe(cause.Message))
                return new InvalidOperationException($"{error!.GetType().Name}: {Show(error.Message)}");
        }

        return error;
    }

    private static bool Append(StringBuilder shown, int value, bool isRune, bool isVisible)
    {
        if (isRune && IsSafe(value, isVisible))
        {
            shown.Append(new Rune(value).ToString());
            return !IsPresentation(value);
        }

        shown.Append(CultureInfo.InvariantCulture, $"\\u{{{value:X}}}");
        return false;
    }

    // After an escape, a variation selector would alter the brace.
    private static bool IsSafe(int value, bool isVisible)
    {
        if (IsPresentation(value))
            return isVisible;
        foreach ((int first, int last) in Invisible)
        {
            if (value >= first && value <= last)
                return false;
        }

        return CharUnicodeInfo.GetUnicodeCategory(value) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
    }

    private static bool IsPresentation(int value) => value is TextPresentation or EmojiPresentation;

    /// <summary>An escape of <see cref="Show(string)"/>.</summary>
    [GeneratedRegex(@"\\[xu]\{[0-9A-F]{1,6}\}", RegexOptions.CultureInvariant)]
    internal static partial Regex Escapes();
}
