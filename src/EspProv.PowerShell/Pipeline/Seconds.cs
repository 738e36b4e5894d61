namespace EspProv.Commands.Pipeline;

/// <summary>The range of every parameter that is a time in seconds.</summary>
internal static class Seconds
{
    /// <summary>A millisecond.</summary>
    internal const double Shortest = 0.001;

    /// <summary>A day.</summary>
    internal const double Longest = 86400;
}
