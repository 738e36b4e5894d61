using System.Collections.ObjectModel;

namespace EspProv;

/// <summary>A list of texts that is one text too, its items with commas: what writes a row shows a list by its <c>ToString</c>.</summary>
public sealed class TextList : ReadOnlyCollection<string>
{
    /// <summary>A copy of the items.</summary>
    public TextList(IEnumerable<string> items)
        : base([.. items])
    {
    }

    /// <summary>The items, with commas between them.</summary>
    public override string ToString() => string.Join(", ", this);
}
