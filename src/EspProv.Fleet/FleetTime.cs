using System.Globalization;

namespace EspProv.Fleet;

/// <summary>Times in files: ISO 8601 in UTC, such as <c>2026-03-01T12:00:00.000Z</c>, in every culture.</summary>
public static class FleetTime
{
    private static readonly string[] ReadFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    /// <summary>The time in UTC, with milliseconds.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads a time, with or without a fraction; without an offset it is UTC. Other forms are refused: their day and month can be confused.
    /// </summary>
    public static bool TryParse(string? text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text,
        ReadFormats,
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowLeadingWhite | DateTimeStyles.AllowTrailingWhite,
        out time);
}
