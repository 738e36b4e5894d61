using System.Collections.ObjectModel;

namespace EspProv.Commands.Pipeline;

/// <summary>A table of texts that is one text too: what writes a row shows a table by its <c>ToString</c>.</summary>
public sealed class TextTable : ReadOnlyDictionary<string, string>
{
    internal TextTable(IReadOnlyDictionary<string, string> entries)
        : base(new Dictionary<string, string>(entries))
    {
    }

    /// <summary>Its entries: <c>name=value, name=value</c>.</summary>
    public override string ToString() => string.Join(", ", this.Select(entry => $"{entry.Key}={entry.Value}"));
}
