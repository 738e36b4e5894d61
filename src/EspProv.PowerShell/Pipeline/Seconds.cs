namespace EspProv.Commands.Pipeline;

/// <summary>A parameter that is a time in seconds: its range, and its value.</summary>
internal static class Seconds
{
    /// <summary>A millisecond.</summary>
    internal const double Shortest = 0.001;

    /// <summary>A day.</summary>
    internal const double Longest = 86400;

    /// <summary>The time of a parameter; null where none was given.</summary>
    internal static TimeSpan? ToTimeSpan(double? seconds) => seconds is { } given ? TimeSpan.FromSeconds(given) : null;
}
