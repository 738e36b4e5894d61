using System.Collections;
using System.Globalization;
using System.Management.Automation;
using Microsoft.PowerShell.Commands;

namespace EspProv.Shell.Essentials.Support;

/// <summary>
/// One entry of a -Property parameter: a name, perhaps with wildcards, a script block, or a table with Name (Label) and
/// Expression.
/// </summary>
internal sealed class PropertySelector
{
    private readonly PSPropertyExpression _expression;
    private readonly bool _isScript;

    private PropertySelector(PSPropertyExpression expression, bool isScript, string? name, bool? descending)
    {
        _expression = expression;
        _isScript = isScript;
        Name = name;
        Descending = descending;
    }

    /// <summary>The name that was given to a calculated property.</summary>
    public string? Name { get; }

    /// <summary>The order that a sort entry asks for itself.</summary>
    public bool? Descending { get; }

    /// <summary>Whether the entry is computed by a script, so that only its result can be used.</summary>
    public bool IsScript => _isScript;

    /// <summary>Reads a parameter's value.</summary>
    /// <exception cref="PSArgumentException">An entry is none of the forms.</exception>
    public static IReadOnlyList<PropertySelector> ParseAll(IEnumerable<object>? entries) =>
        [.. (entries ?? []).Select(Parse)];

    /// <summary>The properties of an object that the entry names, with their values; a name without wildcards is always there.</summary>
    public IEnumerable<(string Name, object? Value)> Read(PSObject item)
    {
        string fallback = Name ?? _expression.ToString().Trim();
        List<PSPropertyExpressionResult> results = _isScript || !_expression.HasWildCardCharacters
            ? _expression.GetValues(item)
            : [.. _expression.ResolveNames(item).SelectMany(e => e.GetValues(item))];
        if (results.Count == 0)
        {
            if (!_expression.HasWildCardCharacters || _isScript)
                yield return (fallback, null);
            yield break;
        }

        foreach (PSPropertyExpressionResult result in results)
        {
            string name = Name ?? (_isScript ? fallback : result.ResolvedExpression?.ToString() ?? fallback);
            yield return (name, result.Exception is null ? result.Result : null);
        }
    }

    /// <summary>The first value; false when the object has no such property.</summary>
    public bool TryReadOne(PSObject item, out object? value)
    {
        List<PSPropertyExpressionResult> results = _expression.GetValues(item);
        value = results.Count > 0 && results[0].Exception is null ? results[0].Result : null;
        return results.Count > 0 && results[0].Exception is null;
    }

    /// <summary>The text of a property's name or script.</summary>
    public override string ToString() => Name ?? _expression.ToString();

    private static PropertySelector Parse(object entry)
    {
        object value = entry is PSObject wrapped ? wrapped.BaseObject : entry;
        return value is IDictionary table ? ParseTable(table) : new PropertySelector(ToExpression(value), value is ScriptBlock, null, null);
    }

    private static PropertySelector ParseTable(IDictionary table)
    {
        object? expression = null;
        string? name = null;
        bool? descending = null;
        foreach (DictionaryEntry entry in table)
        {
            object? value = entry.Value is PSObject wrapped ? wrapped.BaseObject : entry.Value;
            string key = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
            switch (key.ToLowerInvariant())
            {
                case "n" or "name" or "l" or "label":
                    name = Convert.ToString(value, CultureInfo.InvariantCulture);
                    break;
                case "e" or "expression":
                    expression = value;
                    break;
                case "descending":
                    descending = LanguagePrimitives.IsTrue(value);
                    break;
                case "ascending":
                    descending = !LanguagePrimitives.IsTrue(value);
                    break;
                default:
                    throw new PSArgumentException($"The {key} key is not valid in a calculated property.");
            }
        }

        return expression is null
            ? throw new PSArgumentException("A calculated property needs an Expression.")
            : new PropertySelector(ToExpression(expression), expression is ScriptBlock, name, descending);
    }

    private static PSPropertyExpression ToExpression(object? value) => value switch
    {
        ScriptBlock script => new PSPropertyExpression(script),
        null => throw new PSArgumentException("A property's name must not be empty."),
        _ => new PSPropertyExpression(Convert.ToString(value, CultureInfo.InvariantCulture)),
    };
}
