using System.Text;

namespace EspProv.Host.Wifi;

/// <summary>nmcli's terse form: a line for each entry, fields between colons, and a backslash before a colon or a backslash that is meant.</summary>
internal static class TerseFields
{
    public static IEnumerable<string[]> Read(string output) =>
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Split(line.TrimEnd('\r')));

    public static string[] Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        for (int i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
            {
                field.Append(line[++i]);
            }
            else if (line[i] == ':')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[i]);
            }
        }

        fields.Add(field.ToString());
        return [.. fields];
    }
}
