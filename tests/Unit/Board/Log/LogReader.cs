using System.Text;
using EspProv.Board.Log;

namespace EspProv.Tests.Board.Log;

/// <summary>Reads whole logs for tests.</summary>
internal static class LogReader
{
    public static List<BoardLogEntry> Read(string log, bool includeSecrets = false) => Read(Encoding.UTF8.GetBytes(log), int.MaxValue, includeSecrets);

    public static List<BoardLogEntry> Read(byte[] log, int chunk, bool includeSecrets = false)
    {
        var parser = new BoardLogParser(includeSecrets);
        var entries = new List<BoardLogEntry>();
        for (int at = 0; at < log.Length; at += chunk)
        {
            entries.AddRange(parser.Add(log.AsSpan(at, Math.Min(chunk, log.Length - at))));
            if (chunk == int.MaxValue)
                break;
        }

        entries.AddRange(parser.Complete());
        return entries;
    }

    public static BoardLogLine Line(string text) => Assert.IsType<BoardLogLine>(Read(text + "\n").First());

    public static string Events(string log) => string.Join('\n', Read(log).OfType<BoardEvent>());

    /// <summary>The text of every entry and of all its properties, to search for secrets.</summary>
    public static string Shown(IEnumerable<BoardLogEntry> entries)
    {
        var shown = new StringBuilder();
        foreach (BoardLogEntry entry in entries)
        {
            shown.AppendLine(entry.ToString());
            foreach (System.Reflection.PropertyInfo property in entry.GetType().GetProperties())
                shown.Append(property.Name).Append(' ').AppendLine(property.GetValue(entry)?.ToString());
        }

        return shown.ToString();
    }
}
