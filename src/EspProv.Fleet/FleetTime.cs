using System.Globalization;

namespace EspProv.Fleet;

/// <summary>Times as every file has them: ISO 8601 in UTC, such as <c>2026-03-01T12:00:00.000Z</c>, under any culture of a machine.</summary>
public static class FleetTime
{
    private static readonly string[] ReadFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    /// <summary>The time in UTC, with milliseconds.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads one, with or without the fraction, in UTC where it names no offset. In any other form the day and the month could not be told apart.
    /// </summary>
    public static bool TryParse(string? text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, ReadFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowLeadingWhite | DateTimeStyles.AllowTrailingWhite, out time);
}
