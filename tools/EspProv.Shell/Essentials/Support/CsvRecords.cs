using System.Text;

namespace EspProv.Shell.Essentials.Support;

/// <summary>
/// Splits delimited text into records as RFC 4180 has it: quoted fields may hold delimiters, line ends and doubled quotes.
/// A quote within an unquoted field is part of the text, and spaces before a field are not, as in pwsh.
/// </summary>
internal static class CsvRecords
{
    /// <summary>The records, without the empty lines between them. A field that is empty and unquoted is an empty string.</summary>
    public static IEnumerable<string[]> Read(TextReader reader, char delimiter)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        while (reader.Peek() >= 0)
        {
            bool quoted = ReadField(reader, delimiter, field, out bool endOfRecord);
            fields.Add(field.ToString());
            field.Clear();
            if (!endOfRecord)
                continue;
            if (fields.Count > 1 || fields[0].Length > 0 || quoted)
                yield return [.. fields];
            fields.Clear();
        }

        if (fields.Count > 0)
            yield return [.. fields, ""]; // The text ended behind a delimiter.
    }

    private static bool ReadField(TextReader reader, char delimiter, StringBuilder field, out bool endOfRecord)
    {
        while (reader.Peek() == ' ' && delimiter != ' ')
            reader.Read();
        bool quoted = reader.Peek() == '"';
        if (quoted)
        {
            reader.Read();
            ReadQuoted(reader, field);
        }

        // What stands between a closing quote and the delimiter is kept: nothing of the file gets lost.
        while (reader.Read() is >= 0 and int next)
        {
            char c = (char)next;
            if (c == delimiter)
            {
                endOfRecord = false;
                return quoted;
            }

            if (c is '\n' or '\r')
            {
                if (c == '\r' && reader.Peek() == '\n')
                    reader.Read();
                endOfRecord = true;
                return quoted;
            }

            field.Append(c);
        }

        endOfRecord = true;
        return quoted;
    }

    private static void ReadQuoted(TextReader reader, StringBuilder field)
    {
        while (reader.Read() is >= 0 and int next)
        {
            if (next != '"')
            {
                field.Append((char)next);
                continue;
            }

            if (reader.Peek() != '"')
                return;
            reader.Read();
            field.Append('"');
        }
    }
}
