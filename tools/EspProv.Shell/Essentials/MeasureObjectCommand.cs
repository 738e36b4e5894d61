using System.Globalization;
using System.Management.Automation;
using EspProv.Shell.Essentials.Support;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>Measure-Object: count, and on request sum, average, smallest and largest.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Object")]
[OutputType(typeof(PSObject))]
public sealed class MeasureObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _items = [];

    /// <summary>The objects.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>What to measure of them; the objects themselves when not given.</summary>
    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    /// <summary>The sum.</summary>
    [Parameter]
    public SwitchParameter Sum { get; set; }

    /// <summary>The mean.</summary>
    [Parameter]
    public SwitchParameter Average { get; set; }

    /// <summary>The largest.</summary>
    [Parameter]
    public SwitchParameter Maximum { get; set; }

    /// <summary>The smallest.</summary>
    [Parameter]
    public SwitchParameter Minimum { get; set; }

    protected override void ProcessRecord()
    {
        if (InputObject is not null)
            _items.Add(InputObject);
    }

    protected override void EndProcessing()
    {
        if (Property is null)
        {
            WriteObject(Measure(_items, null));
            return;
        }

        foreach (PropertySelector property in PropertySelector.ParseAll(Property))
        {
            List<object> values = [.. _items
                .Select(i => property.TryReadOne(i, out object? value) ? value : null)
                .OfType<object>()];
            if (values.Count == 0 && _items.Count > 0)
            {
                WriteError(new ErrorRecord(
                    new PSArgumentException($"The property \"{property}\" cannot be found in the input for any objects."),
                    "GenericMeasurePropertyNotFound",
                    ErrorCategory.InvalidArgument,
                    null));
                continue;
            }

            WriteObject(Measure(values, property.ToString()));
        }
    }

    private PSObject Measure(IReadOnlyList<object> values, string? property)
    {
        double? sum = null;
        int numbers = 0;
        if (Sum || Average)
        {
            sum = 0;
            foreach (object value in values)
            {
                if (LanguagePrimitives.TryConvertTo(value, CultureInfo.InvariantCulture, out double number))
                {
                    sum += number;
                    numbers++;
                    continue;
                }

                WriteError(new ErrorRecord(
                    new PSInvalidCastException($"Input object \"{value}\" is not numeric."), "NonNumericInputObject", ErrorCategory.InvalidType, value));
            }
        }

        var comparer = new ValueComparer(caseSensitive: false);
        var result = new PSObject();
        result.Properties.Add(new PSNoteProperty("Count", values.Count));
        result.Properties.Add(new PSNoteProperty("Average", Average && numbers > 0 ? sum / numbers : null));
        result.Properties.Add(new PSNoteProperty("Sum", Sum && values.Count > 0 ? sum : null));
        result.Properties.Add(new PSNoteProperty("Maximum", Maximum ? Plain(values.Max(comparer)) : null));
        result.Properties.Add(new PSNoteProperty("Minimum", Minimum ? Plain(values.Min(comparer)) : null));
        result.Properties.Add(new PSNoteProperty("Property", property));
        result.TypeNames.Insert(0, "Microsoft.PowerShell.Commands.GenericMeasureInfo");
        return result;
    }

    private static object? Plain(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
