using System.Globalization;

namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>Converts names to unique C identifiers and file names.</summary>
/// <remarks>It stores every name: memory grows with the number of devices.</remarks>
internal sealed class UniqueNames
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _next = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Replaces all but ASCII letters and digits with underscores.</summary>
    internal static string Identifier(string name)
    {
        string identifier = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        return identifier.Length == 0 ? "_" : identifier;
    }

    /// <summary>The identifier for a name; repeated ones get <c>_2</c> and so on appended.</summary>
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
