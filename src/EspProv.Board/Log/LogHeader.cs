using System.Globalization;
using System.Text.RegularExpressions;

namespace EspProv.Board.Log;

/// <summary>
/// The header that ESP-IDF's logging library writes before a message: <c>I (445) app: </c>. ESP-IDF 4.4 to 6.x; in version 2 of the library
/// (5.4 and later) the timestamp and the tag may be missing, and DRAM logs never have a timestamp.
/// </summary>
/// <param name="Level">The level.</param>
/// <param name="Timestamp">The timestamp as printed.</param>
/// <param name="Milliseconds">The timestamp in milliseconds.</param>
/// <param name="Tag">The tag.</param>
internal readonly partial record struct LogHeader(BoardLogLevel Level, string? Timestamp, long? Milliseconds, string? Tag)
{
    /// <summary>
    /// Splits a line before each header: a message of the ROM or of another task may end without a line end. A header within a line counts
    /// only with a timestamp and a tag. Each part is escaped again, because a character that is safe within a text may not be safe at the
    /// start of a part of it.
    /// </summary>
    public static List<(LogHeader Header, string Text)> Split(string line)
    {
        var parts = new List<(LogHeader, string)>();
        Match match = Start().Match(line) is { Success: true } full ? full : StartWithoutTimestamp().Match(line);
        LogHeader header = match.Success ? Of(match) : default;
        int at = match.Success ? match.Length : 0;
        for (Match next = Inner().Match(line, at); next.Success; next = Inner().Match(line, at))
        {
            if (next.Index > at || header.Level is not BoardLogLevel.None)
                parts.Add((header, UntrustedText.Show(line[at..next.Index])));
            header = Of(next);
            at = next.Index + next.Length;
        }

        parts.Add((header, UntrustedText.Show(line[at..])));
        return parts;
    }

    private static LogHeader Of(Match match)
    {
        string? timestamp = match.Groups["time"] is { Success: true, Value: var time } ? time : null;
        return new LogHeader(
            match.Groups["level"].Value switch
            {
                "E" => BoardLogLevel.Error,
                "W" => BoardLogLevel.Warning,
                "I" => BoardLogLevel.Info,
                "D" => BoardLogLevel.Debug,
                _ => BoardLogLevel.Verbose,
            },
            timestamp,
            timestamp is null ? null : MillisecondsOf(timestamp),
            match.Groups["tag"] is { Success: true, Value: var tag } ? UntrustedText.Show(tag) : null);
    }

    private static long? MillisecondsOf(string timestamp)
    {
        if (!timestamp.Contains(':', StringComparison.Ordinal))
            return long.Parse(timestamp, CultureInfo.InvariantCulture);
        string time = timestamp[(timestamp.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return TimeSpan.TryParseExact(time, @"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture, out TimeSpan sinceMidnight)
            ? (long)sinceMidnight.TotalMilliseconds
            : null;
    }

    private const string SystemTime = @"(?:[0-9]{2}-[0-9]{2}-[0-9]{2} )?[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}";

    private const string Prefix = @"(?<level>[EWIDV]) \((?<time>[0-9]{1,18}|" + SystemTime + @")\) ";

    // The Wi-Fi library has no space after its tag.
    [GeneratedRegex("^" + Prefix + @"(?:(?<tag>[^\s:]{1,64}): ?)?", RegexOptions.CultureInvariant)]
    private static partial Regex Start();

    [GeneratedRegex(@"^(?<level>[EWIDV]) (?<tag>[A-Za-z0-9_.\-]{1,64}): ", RegexOptions.CultureInvariant)]
    private static partial Regex StartWithoutTimestamp();

    // Not within words such as RSSI.
    [GeneratedRegex("(?<![A-Z])" + Prefix + @"(?<tag>[^\s:]{1,64}): ?", RegexOptions.CultureInvariant)]
    private static partial Regex Inner();
}
