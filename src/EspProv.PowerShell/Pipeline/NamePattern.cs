using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// What a user may give for names: a name or a wildcard pattern. A name may hold the characters of patterns, so an exact name is that name
/// alone where there is one, and a pattern otherwise.
/// </summary>
internal sealed class NamePattern
{
    private readonly string _text;
    private readonly StringComparison _comparison;
    private readonly WildcardPattern? _pattern;

    /// <summary>A pattern of a name.</summary>
    /// <param name="text">A name or a pattern.</param>
    /// <param name="ignoreCase">Whether case does not count.</param>
    internal NamePattern(string text, bool ignoreCase = true)
    {
        _text = text;
        _comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        _pattern = TryParse(text, WildcardOptions.CultureInvariant | (ignoreCase ? WildcardOptions.IgnoreCase : WildcardOptions.None));
    }

    /// <summary>Whether nothing of the name is no error: it is a pattern.</summary>
    internal bool IsWildcard => WildcardPattern.ContainsWildcardCharacters(_text);

    /// <summary>Whether it is exactly the name.</summary>
    internal bool IsExactly(string name) => string.Equals(name, _text, _comparison) || string.Equals(name, UntrustedText.Show(_text), _comparison);

    /// <summary>Whether it is the name, or a pattern of it.</summary>
    internal bool Matches(string name) => IsExactly(name) || _pattern?.IsMatch(name) == true;

    /// <summary>The items of exactly that name, or those that the pattern matches.</summary>
    internal IReadOnlyList<T> Select<T>(IEnumerable<T> items, Func<T, IEnumerable<string>> namesOf)
    {
        T[] all = [.. items];
        T[] exact = [.. all.Where(item => namesOf(item).Any(IsExactly))];
        return exact.Length > 0 ? exact : [.. all.Where(item => namesOf(item).Any(Matches))];
    }

    // A bracket that is not closed is no pattern; the engine says so at the first match.
    private static WildcardPattern? TryParse(string text, WildcardOptions options)
    {
        try
        {
            var pattern = new WildcardPattern(text, options);
            pattern.IsMatch("");
            return pattern;
        }
        catch (WildcardPatternException)
        {
            return null;
        }
    }
}
