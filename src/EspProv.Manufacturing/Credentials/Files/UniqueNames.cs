using System.Globalization;

namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>Makes names fit for C identifiers and file names of them, each a different one.</summary>
/// <remarks>It remembers every name: the one thing in a file of many devices that grows with their number.</remarks>
internal sealed class UniqueNames
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _next = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>ASCII letters and digits stay, everything else becomes an underscore.</summary>
    internal static string Identifier(string name)
    {
        string identifier = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        return identifier.Length == 0 ? "_" : identifier;
    }

    /// <summary>The identifier for a name; the second of the same kind gets the ending <c>_2</c>, and so on.</summary>
    internal string Next(string name)
    {
        string identifier = Identifier(name);
        string candidate = identifier;
        int number = _next.GetValueOrDefault(identifier, 1);
        while (!_taken.Add(candidate))
            candidate = string.Create(CultureInfo.InvariantCulture, $"{identifier}_{++number}");
        _next[identifier] = number;
        return candidate;
    }
}
