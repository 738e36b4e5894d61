using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json;
using System.Text.RegularExpressions;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>ConvertFrom-Json.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Json")]
[OutputType(typeof(PSObject), typeof(Hashtable))]
public sealed partial class ConvertFromJsonCommand : PSCmdlet
{
    private readonly List<string> _lines = [];

    /// <summary>The text; several strings are one document, or a document each when the first is complete.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string InputObject { get; set; } = "";

    /// <summary>Tables instead of objects, with keys in order and capitals kept apart.</summary>
    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    /// <summary>How deep the text may be.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int Depth { get; set; } = 1024;

    /// <summary>An array is written as one object.</summary>
    [Parameter]
    public SwitchParameter NoEnumerate { get; set; }

    protected override void ProcessRecord() => _lines.Add(InputObject);

    protected override void EndProcessing()
    {
        if (_lines.Count == 0 || _lines.TrueForAll(string.IsNullOrWhiteSpace))
            return;
        if (_lines.Count > 1 && TryConvert(_lines[0], out object? first, out _))
        {
            Write(first);
            foreach (string line in _lines.Skip(1).Where(l => !string.IsNullOrWhiteSpace(l)))
                Write(Convert(line));
            return;
        }

        Write(Convert(string.Join(Environment.NewLine, _lines)));
    }

    private void Write(object? value) => WriteObject(value, enumerateCollection: !NoEnumerate && value is object?[]);

    private object? Convert(string json)
    {
        if (TryConvert(json, out object? value, out Exception? problem))
            return value;
        ThrowTerminatingError(new ErrorRecord(
            new ArgumentException($"Conversion from JSON failed with error: {problem!.Message}", problem),
            "System.ArgumentException",
            ErrorCategory.NotSpecified,
            null));
        return null;
    }

    private bool TryConvert(string json, out object? value, out Exception? problem)
    {
        try
        {
            var options = new JsonDocumentOptions
            {
                AllowTrailingCommas = true,
                CommentHandling = JsonCommentHandling.Skip,
                MaxDepth = Depth,
            };
            using var document = JsonDocument.Parse(json, options);
            value = ToValue(document.RootElement);
            problem = null;
            return true;
        }
        catch (Exception e) when (e is JsonException or PSInvalidOperationException or ExtendedTypeSystemException)
        {
            value = null;
            problem = e;
            return false;
        }
    }

    private object? ToValue(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => AsHashtable ? ToTable(element) : ToObject(element),
        JsonValueKind.Array => element.EnumerateArray().Select(ToValue).ToArray(),
        JsonValueKind.String => ToText(element.GetString()!),
        JsonValueKind.Number => ToNumber(element),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static object ToNumber(JsonElement element)
    {
        if (element.TryGetInt64(out long whole))
            return whole;
        string text = element.GetRawText();
        return text.AsSpan().ContainsAny('.', 'e', 'E')
            ? element.GetDouble()
            : System.Numerics.BigInteger.Parse(text, CultureInfo.InvariantCulture);
    }

    // Times come back as times, as pwsh reads them.
    private static object ToText(string text) =>
        IsoTime().IsMatch(text) && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime time)
            ? time
            : text;

    private PSObject ToObject(JsonElement element)
    {
        var item = new PSObject();
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (property.Name.Length == 0)
                throw new PSInvalidOperationException("The provided JSON includes a property whose name is an empty string, this is only supported using the -AsHashTable switch.");
            if (item.Properties[property.Name] is { } same && same.Name != property.Name)
                throw new PSInvalidOperationException($"The JSON has keys that differ only in capitals, '{same.Name}' and '{property.Name}'. Use the -AsHashTable switch.");
            item.Properties.Remove(property.Name);
            item.Properties.Add(new PSNoteProperty(property.Name, ToValue(property.Value)));
        }

        return item;
    }

    private System.Collections.Specialized.OrderedDictionary ToTable(JsonElement element)
    {
        var table = new System.Collections.Specialized.OrderedDictionary(StringComparer.Ordinal);
        foreach (JsonProperty property in element.EnumerateObject())
            table[property.Name] = ToValue(property.Value);
        return table;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?$")]
    private static partial Regex IsoTime();
}
