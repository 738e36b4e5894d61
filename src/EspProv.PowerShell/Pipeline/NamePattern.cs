using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// A name or a wildcard pattern. Names may contain wildcard characters: an item of exactly that name is preferred, and the text is used
/// as a pattern only when there is none.
/// </summary>
internal sealed class NamePattern
{
    private readonly string _text;
    private readonly StringComparison _comparison;
    private readonly WildcardPattern? _pattern;

    /// <summary>Makes a pattern.</summary>
    /// <param name="text">A name or a pattern.</param>
    /// <param name="ignoreCase">Whether to ignore case.</param>
    internal NamePattern(string text, bool ignoreCase = true)
    {
        _text = text;
        _comparison = ignoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        _pattern = TryParse(text, WildcardOptions.CultureInvariant | (ignoreCase ? WildcardOptions.IgnoreCase : WildcardOptions.None));
    }

    /// <summary>Whether a text has wildcards; finding nothing is then no error.</summary>
    internal static bool HasWildcards(string text) => WildcardPattern.ContainsWildcardCharacters(text);

    /// <summary>Whether the text is exactly the name.</summary>
    internal bool IsExactly(string name) =>
        string.Equals(name, _text, _comparison) || string.Equals(name, UntrustedText.Show(_text), _comparison);

    /// <summary>Whether the text is the name, or a pattern that matches it.</summary>
    internal bool Matches(string name) => IsExactly(name) || _pattern?.IsMatch(name) == true;

    /// <summary>The items of exactly that name, or those that the pattern matches.</summary>
    internal IReadOnlyList<T> Select<T>(IEnumerable<T> items, Func<T, IEnumerable<string>> namesOf)
    {
        T[] all = [.. items];
        T[] exact = [.. all.Where(item => namesOf(item).Any(IsExactly))];
        return exact.Length > 0 ? exact : [.. all.Where(item => namesOf(item).Any(Matches))];
    }

    // An unclosed bracket is not a valid pattern; the engine throws only at the first match.
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
