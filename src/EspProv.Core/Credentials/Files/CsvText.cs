namespace EspProv.Credentials.Files;

/// <summary>Comma-separated values as RFC 4180 has them.</summary>
internal static class CsvText
{
    private static readonly char[] Special = [',', '"', '\r', '\n', ' '];

    /// <summary>One line, each field in quotes where it needs them.</summary>
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
