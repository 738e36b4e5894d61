using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using EspProv.Shell.Essentials.Support;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>A group: how many, what they have in common, and who they are.</summary>
public sealed class GroupInfo
{
    internal GroupInfo(string name, IEnumerable<object?> values)
    {
        Name = name;
        Values = new ArrayList(values.ToArray());
    }

    /// <summary>How many objects are in the group.</summary>
    public int Count => Group.Count;

    /// <summary>The common values as text.</summary>
    public string Name { get; }

    /// <summary>The objects.</summary>
    public Collection<PSObject> Group { get; } = [];

    /// <summary>The common values.</summary>
    public ArrayList Values { get; }
}

/// <summary>Group-Object.</summary>
[Cmdlet(VerbsData.Group, "Object")]
[OutputType(typeof(GroupInfo), typeof(Hashtable))]
public sealed class GroupObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _items = [];

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>What to group by; the objects themselves when not given.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>Leaves the objects out.</summary>
    [Parameter]
    public SwitchParameter NoElement { get; set; }

    /// <summary>A table from value to objects instead of group objects.</summary>
    [Parameter]
    [Alias("AHT")]
    public SwitchParameter AsHashTable { get; set; }

    /// <summary>The table's keys are text.</summary>
    [Parameter]
    public SwitchParameter AsString { get; set; }

    /// <summary>Capitals matter.</summary>
    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null)
            _items.Add(InputObject);
    }

    protected override void EndProcessing()
    {
        IReadOnlyList<PropertySelector> properties = PropertySelector.ParseAll(Property);
        var comparer = new ValueComparer(CaseSensitive);
        var groups = new List<(object?[] Keys, GroupInfo Group)>();
        foreach (PSObject item in _items)
        {
            object?[] keys = properties.Count == 0
                ? [item]
                : [.. properties.Select(p => p.TryReadOne(item, out object? value) ? value : null)];
            GroupInfo? group = groups.FirstOrDefault(g => g.Keys.Zip(keys).All(p => comparer.Equals(p.First, p.Second))).Group;
            if (group is null)
            {
                group = new GroupInfo(string.Join(", ", keys.Where(k => k is not null).Select(Text)), keys);
                groups.Add((keys, group));
            }

            group.Group.Add(item);
        }

        if (AsHashTable)
        {
            var table = new Hashtable(CaseSensitive ? StringComparer.CurrentCulture : StringComparer.CurrentCultureIgnoreCase);
            foreach ((object?[] keys, GroupInfo group) in groups)
                table[AsString || properties.Count > 1 || keys[0] is null ? group.Name : (keys[0] is PSObject key ? key.BaseObject : keys[0])!] = group.Group;
            WriteObject(table);
            return;
        }

        foreach ((object?[] keys, GroupInfo group) in groups.OrderBy(g => g.Keys, new KeysComparer(comparer)))
            WriteObject(AsOutput(group));
    }

    private static string Text(object? value) => value is null ? "" : PSObject.AsPSObject(value).ToString();

    // The engine's view without the objects is bound to the name of a class that pwsh has for it.
    private PSObject AsOutput(GroupInfo group)
    {
        var output = PSObject.AsPSObject(group);
        if (NoElement)
            output.TypeNames.Insert(0, "Microsoft.PowerShell.Commands.GroupInfoNoElement");
        return output;
    }

    private sealed class KeysComparer(ValueComparer comparer) : IComparer<object?[]>
    {
        public int Compare(object?[]? x, object?[]? y)
        {
            for (int i = 0; i < x!.Length; i++)
            {
                int order = comparer.Compare(x[i], y![i]);
                if (order != 0)
                    return order;
            }

            return 0;
        }
    }
}
