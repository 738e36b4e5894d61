namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>Comma-separated values (RFC 4180).</summary>
internal static class CsvText
{
    private static readonly char[] Special = [',', '"', '\r', '\n', ' '];
    private static readonly System.Buffers.SearchValues<char> Formula = System.Buffers.SearchValues.Create("=+-@\t\r\n");

    /// <summary>Whether a spreadsheet would run a cell that starts with this character.</summary>
    internal static bool BeginsFormula(char letter) => Formula.Contains(letter);

    /// <summary>A field that a spreadsheet treats as text: prefixed with an apostrophe if it would be run.</summary>
    internal static string Inert(string field) => field.Length > 0 && BeginsFormula(field[0]) ? "'" + field : field;

    /// <summary>One line, with quotes where needed.</summary>
    internal static string Line(params ReadOnlySpan<string> fields)
    {
        var line = new System.Text.StringBuilder();
        for (int i = 0; i < fields.Length; i++)
        {
            if (i > 0)
                line.Append(',');
            line.Append(fields[i].IndexOfAny(Special) < 0 ? fields[i] : $"\"{fields[i].Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
        }

        return line.ToString();
    }
}
