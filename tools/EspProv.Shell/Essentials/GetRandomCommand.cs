using System.Globalization;
using System.Management.Automation;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Random: a number in a range, or some of the given objects. Not for secrets.</summary>
[Cmdlet(VerbsCommon.Get, "Random", DefaultParameterSetName = "RandomNumber")]
[OutputType(typeof(int), typeof(long), typeof(double), typeof(object))]
public sealed class GetRandomCommand : PSCmdlet
{
    private readonly List<object> _items = [];

    /// <summary>Objects to choose from.</summary>
    [Parameter(ParameterSetName = "RandomListItem", Mandatory = true, ValueFromPipeline = true, Position = 0)]
    [AllowNull]
    public object[]? InputObject { get; set; }

    /// <summary>Smallest number, included.</summary>
    [Parameter(ParameterSetName = "RandomNumber")]
    public object Minimum { get; set; } = 0;

    /// <summary>Largest number, not included.</summary>
    [Parameter(ParameterSetName = "RandomNumber", Position = 0)]
    public object Maximum { get; set; } = int.MaxValue;

    /// <summary>How many.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    /// <summary>All objects, in a random order.</summary>
    [Parameter(ParameterSetName = "RandomListItem")]
    public SwitchParameter Shuffle { get; set; }

    /// <summary>Starts the same sequence again.</summary>
    [Parameter]
    public int? SetSeed { get; set; }

    protected override void ProcessRecord() => _items.AddRange(InputObject ?? []);

    protected override void EndProcessing()
    {
        Random random = SetSeed is { } seed ? new Random(seed) : Random.Shared;
        if (ParameterSetName == "RandomListItem")
        {
            object[] items = [.. _items];
            random.Shuffle(items);
            WriteObject(items.Take(Shuffle ? items.Length : Count), enumerateCollection: true);
            return;
        }

        object minimum = Number(Minimum);
        object maximum = Number(Maximum);
        for (int i = 0; i < Count; i++)
            WriteObject(Next(random, minimum, maximum));
    }

    private static object Number(object value) =>
        LanguagePrimitives.TryConvertTo(value, out long whole) && LanguagePrimitives.TryConvertTo(value, out double same) && same == whole
            && (value is PSObject wrapped ? wrapped.BaseObject : value) is not double
                ? whole
                : (object)LanguagePrimitives.ConvertTo<double>(value);

    private object Next(Random random, object minimum, object maximum)
    {
        if (Convert.ToDouble(minimum, CultureInfo.InvariantCulture) >= Convert.ToDouble(maximum, CultureInfo.InvariantCulture))
        {
            ThrowTerminatingError(new ErrorRecord(
                new PSArgumentException($"The Minimum value ({minimum}) cannot be greater than or equal to the Maximum value ({maximum})."),
                "MinGreaterThanOrEqualMax",
                ErrorCategory.InvalidArgument,
                null));
        }

        if (minimum is long low && maximum is long high)
        {
            long number = random.NextInt64(low, high);
            return number is >= int.MinValue and <= int.MaxValue ? (int)number : number;
        }

        double from = Convert.ToDouble(minimum, CultureInfo.InvariantCulture);
        return from + (random.NextDouble() * (Convert.ToDouble(maximum, CultureInfo.InvariantCulture) - from));
    }
}
