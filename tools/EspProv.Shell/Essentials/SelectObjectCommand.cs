using System.Management.Automation;
using EspProv.Shell.Engine;
using EspProv.Shell.Essentials.Support;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>Select-Object: some of the objects, some of their properties, or one property's values.</summary>
[Cmdlet(VerbsCommon.Select, "Object")]
[OutputType(typeof(PSObject))]
public sealed class SelectObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _seen = [];
    private readonly Queue<PSObject> _last = new();
    private IReadOnlyList<PropertySelector> _properties = [];
    private PropertySelector? _expand;
    private int _skipped;
    private int _index;
    private int _passed;
    private bool _isRange;

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Names, wildcards, script blocks or tables of Name and Expression.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>Names or wildcards to leave out.</summary>
    [Parameter]
    public string[] ExcludeProperty { get; set; } = [];

    /// <summary>Writes this property's values instead of the objects.</summary>
    [Parameter]
    public string? ExpandProperty { get; set; }

    /// <summary>Each different object once.</summary>
    [Parameter]
    public SwitchParameter Unique { get; set; }

    /// <summary>Text that differs only in case is the same for -Unique.</summary>
    [Parameter]
    public SwitchParameter CaseInsensitive { get; set; }

    /// <summary>So many from the end.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get; set; }

    /// <summary>So many from the beginning.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int First { get; set; }

    /// <summary>Leaves out so many at the beginning; at the end together with -Last.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    /// <summary>Leaves out so many at the end.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int SkipLast { get; set; }

    /// <summary>Those at these places, from 0.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Index { get; set; }

    protected override void BeginProcessing()
    {
        _properties = PropertySelector.ParseAll(Property ?? (ExcludeProperty.Length > 0 ? ["*"] : null));
        _expand = ExpandProperty is null ? null : PropertySelector.ParseAll([ExpandProperty])[0];
        _isRange = MyInvocation.BoundParameters.ContainsKey(nameof(First)) || MyInvocation.BoundParameters.ContainsKey(nameof(Last));
    }

    protected override void ProcessRecord()
    {
        if (InputObject is null)
            return;
        int index = _index++;
        if (Index is not null)
        {
            if (Index.Contains(index))
                Emit(InputObject);
            return;
        }

        bool skipAtEnd = Last > 0 && First == 0;
        if (!skipAtEnd && _skipped < Skip)
        {
            _skipped++;
            return;
        }

        if (SkipLast > 0)
        {
            _last.Enqueue(InputObject);
            if (_last.Count > SkipLast)
                Emit(_last.Dequeue());
            return;
        }

        if (!_isRange)
        {
            Emit(InputObject);
            return;
        }

        if (_passed < First)
        {
            _passed++;
            Emit(InputObject);
        }
        else if (Last > 0)
        {
            _last.Enqueue(InputObject);
            if (_last.Count > Last + (skipAtEnd ? Skip : 0))
                _last.Dequeue();
        }

        if (Last == 0 && _passed >= First && !Unique)
            throw EngineInternals.StopUpstream(this);
    }

    protected override void EndProcessing()
    {
        if (SkipLast > 0)
            return;
        while (_last.Count > (First == 0 ? Skip : 0))
            Emit(_last.Dequeue());
    }

    private void Emit(PSObject item)
    {
        PSObject? shaped = _properties.Count == 0 ? item : Shape(item);
        if (_expand is null)
        {
            Write(shaped);
            return;
        }

        if (!_expand.TryReadOne(item, out object? value))
        {
            WriteError(new ErrorRecord(
                new PSArgumentException($"Property \"{ExpandProperty}\" cannot be found."),
                "ExpandPropertyNotFound",
                ErrorCategory.InvalidArgument,
                item));
            return;
        }

        foreach (object? part in LanguagePrimitives.GetEnumerable(value)?.Cast<object?>() ?? [value])
        {
            if (part is null)
            {
                WriteObject(null);
                continue;
            }

            PSObject expanded = PSObject.AsPSObject(part);
            if (_properties.Count > 0)
            {
                foreach (PSPropertyInfo property in shaped.Properties)
                    expanded.Properties.Add(new PSNoteProperty(property.Name, property.Value));
            }

            Write(expanded);
        }
    }

    private PSObject Shape(PSObject item)
    {
        var shaped = new PSObject();
        WildcardPattern[] excluded = [.. ExcludeProperty.Select(p => WildcardPattern.Get(p, WildcardOptions.IgnoreCase))];
        foreach (PropertySelector selector in _properties)
        {
            foreach ((string name, object? value) in selector.Read(item))
            {
                if (excluded.Any(p => p.IsMatch(name)) || shaped.Properties[name] is not null)
                    continue;
                shaped.Properties.Add(new PSNoteProperty(name, value));
            }
        }

        // Views and members of the original type stay reachable, as "Selected." types.
        shaped.TypeNames.Clear();
        shaped.TypeNames.Add("Selected." + item.TypeNames[0]);
        shaped.TypeNames.Add("System.Management.Automation.PSCustomObject");
        shaped.TypeNames.Add("System.Object");
        return shaped;
    }

    private void Write(PSObject item)
    {
        if (Unique)
        {
            var comparer = new ValueComparer(caseSensitive: !CaseInsensitive);
            if (_seen.Any(s => Same(s, item, comparer)))
                return;
            _seen.Add(item);
        }

        WriteObject(item);
    }

    private static bool Same(PSObject x, PSObject y, ValueComparer comparer)
    {
        if (x.BaseObject is not PSCustomObject || y.BaseObject is not PSCustomObject)
            return comparer.Equals(x, y);
        PSPropertyInfo[] mine = [.. x.Properties];
        PSPropertyInfo[] theirs = [.. y.Properties];
        return mine.Length == theirs.Length
            && mine.Zip(theirs).All(p => p.First.Name == p.Second.Name && comparer.Equals(p.First.Value, p.Second.Value));
    }
}
