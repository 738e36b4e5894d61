using System.Management.Automation;
using EspProv.Shell.Essentials.Support;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>Sort-Object. The order of equal objects is kept.</summary>
[Cmdlet("Sort", "Object")]
public sealed class SortObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _items = [];

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>What to sort by; the objects themselves when not given.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>Largest first.</summary>
    [Parameter]
    public SwitchParameter Descending { get; set; }

    /// <summary>Each different key once.</summary>
    [Parameter]
    public SwitchParameter Unique { get; set; }

    /// <summary>Capitals matter.</summary>
    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    /// <summary>Only so many of the sorted objects, from the beginning.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    /// <summary>Only so many of the sorted objects, from the end.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Bottom { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null)
            _items.Add(InputObject);
    }

    protected override void EndProcessing()
    {
        IReadOnlyList<PropertySelector> properties = PropertySelector.ParseAll(Property);
        var comparer = new ValueComparer(CaseSensitive);
        int keyCount = Math.Max(properties.Count, 1);
        bool[] descending = [.. Enumerable.Range(0, keyCount).Select(k => (k < properties.Count ? properties[k].Descending : null) ?? Descending.IsPresent)];
        List<(PSObject Item, object?[] Keys)> keyed = [.. _items.Select(i => (i, Keys(i, properties)))];

        IOrderedEnumerable<(PSObject Item, object?[] Keys)> ordered = keyed.OrderBy(_ => 0);
        for (int k = 0; k < keyCount; k++)
        {
            int key = k;
            ordered = descending[k]
                ? ordered.ThenByDescending(i => i.Keys[key], comparer)
                : ordered.ThenBy(i => i.Keys[key], comparer);
        }

        IEnumerable<(PSObject Item, object?[] Keys)> result = Unique ? WithoutRepeats(ordered, comparer) : ordered;
        if (Top > 0)
            result = result.Take(Top);
        if (Bottom > 0)
            result = result.TakeLast(Bottom);
        foreach ((PSObject item, _) in result)
            WriteObject(item);
    }

    private static object?[] Keys(PSObject item, IReadOnlyList<PropertySelector> properties) =>
        properties.Count == 0
            ? [item]
            : [.. properties.Select(p => p.TryReadOne(item, out object? value) ? value : null)];

    private static IEnumerable<(PSObject Item, object?[] Keys)> WithoutRepeats(
        IEnumerable<(PSObject Item, object?[] Keys)> sorted, ValueComparer comparer)
    {
        object?[]? last = null;
        foreach ((PSObject item, object?[] keys) in sorted)
        {
            if (last is not null && keys.Zip(last).All(p => comparer.Equals(p.First, p.Second)))
                continue;
            last = keys;
            yield return (item, keys);
        }
    }
}
