using System.Buffers;
using System.Globalization;
using System.Text;

namespace EspProv.Host.Files;

/// <summary>Names that are files on every system: those that are made of a device's name, which may be anything.</summary>
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
    /// A name with which a file can be made on every system, and read by a person: characters that mean something in a path, do not
    /// show or change the direction of others become underscores; so does the end, when it is a dot or a space. A name that Windows keeps
    /// for itself gets an underscore in front.
    /// </summary>
    /// <param name="name">What to make it of, without an extension.</param>
    /// <param name="extension">The extension with its dot, which is taken as it is.</param>
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

    /// <summary>Why Windows has no file of that name; null when it has.</summary>
    internal static string? FindProblemOnWindows(string name) => name switch
    {
        _ when IsReserved(name) => $"'{name}' is the name of a device there",
        [.., '.' or ' '] => "its name ends with a dot or a space",
        _ when name.AsSpan().ContainsAny(NotOnWindows) || name.Any(char.IsControl) => "its name has characters that no file can have there",
        _ => null,
    };

    // Whatever comes after the first dot; spaces before it do not count.
    private static bool IsReserved(string name) => Reserved.Contains(name.Split('.', ':')[0].TrimEnd(' '));

    private static bool IsUnwanted(Rune letter) => letter == Rune.ReplacementChar
        || (letter.IsAscii && NotOnWindows.Contains((char)letter.Value))
        || Rune.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator;
}
