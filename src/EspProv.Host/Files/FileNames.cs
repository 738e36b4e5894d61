using System.Buffers;
using System.Globalization;
using System.Text;

namespace EspProv.Host.Files;

/// <summary>Makes file names that are valid on every system from device names, which are untrusted.</summary>
public static class FileNames
{
    private static readonly SearchValues<char> NotOnWindows = SearchValues.Create("/\\:*?\"<>|");

    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$",
        "COM0", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9", "COM¹", "COM²", "COM³",
        "LPT0", "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9", "LPT¹", "LPT²", "LPT³",
    };

    /// <summary>
    /// A readable file name that is valid on every system: path characters, invisible characters and direction marks become underscores, as
    /// do a dot or space at the end. A name reserved by Windows is prefixed with an underscore.
    /// </summary>
    /// <param name="name">The text to convert, without an extension.</param>
    /// <param name="extension">The extension with its dot, used unchanged.</param>
    public static string Make(string name, string extension = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        var safe = new StringBuilder();
        foreach (Rune letter in name.EnumerateRunes())
            safe.Append(IsUnwanted(letter) ? "_" : letter.ToString());
        for (int i = safe.Length - 1; i >= 0 && safe[i] is '.' or ' '; i--)
            safe[i] = '_';
        if (safe.Length == 0 || IsReserved(safe.ToString()))
            safe.Insert(0, '_');
        return safe.Append(extension).ToString();
    }

    /// <summary>The reason for which Windows refuses a file name; null if it is valid.</summary>
    internal static string? FindProblemOnWindows(string name) => name switch
    {
        _ when IsReserved(name) => $"'{name}' is the name of a device there",
        [.., '.' or ' '] => "its name ends with a dot or a space",
        _ when name.AsSpan().ContainsAny(NotOnWindows) || name.Any(char.IsControl) => "its name has characters that no file can have there",
        _ => null,
    };

    // Text after the first dot, and spaces before it, are ignored by Windows.
    private static bool IsReserved(string name) => Reserved.Contains(name.Split('.', ':')[0].TrimEnd(' '));

    private static bool IsUnwanted(Rune letter) => letter == Rune.ReplacementChar
        || (letter.IsAscii && NotOnWindows.Contains((char)letter.Value))
        || Rune.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator;
}
