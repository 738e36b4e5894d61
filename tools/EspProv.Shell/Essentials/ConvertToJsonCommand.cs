using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Encodings.Web;
using System.Text.Json;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>ConvertTo-Json.</summary>
[Cmdlet(VerbsData.ConvertTo, "Json")]
[OutputType(typeof(string))]
public sealed class ConvertToJsonCommand : PSCmdlet
{
    private readonly List<object?> _items = [];
    private bool _tooDeep;

    /// <summary>The object, or several, which become an array.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    public object? InputObject { get; set; }

    /// <summary>How many levels of objects within objects.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int Depth { get; set; } = 2;

    /// <summary>No white space.</summary>
    [Parameter]
    public SwitchParameter Compress { get; set; }

    /// <summary>Names of enumerations instead of their numbers.</summary>
    [Parameter]
    public SwitchParameter EnumsAsStrings { get; set; }

    /// <summary>An array even of one object.</summary>
    [Parameter]
    public SwitchParameter AsArray { get; set; }

    protected override void ProcessRecord() => _items.Add(InputObject);

    protected override void EndProcessing()
    {
        if (_items.Count == 0)
            return;
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions
        {
            Indented = !Compress,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // The text goes to files and devices, not into HTML.
            NewLine = Environment.NewLine,
        };
        using (var writer = new Utf8JsonWriter(buffer, options))
        {
            if (_items.Count == 1 && !AsArray)
                WriteValue(writer, _items[0], 0);
            else
                WriteArray(writer, _items, 0);
        }

        if (_tooDeep)
            WriteWarning($"Resulting JSON is truncated as serialization has exceeded the set depth of {Depth}.");
        WriteObject(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private void WriteValue(Utf8JsonWriter writer, object? value, int depth)
    {
        PSObject? wrapped = value as PSObject;
        object? plain = wrapped is { BaseObject: not PSCustomObject } ? wrapped.BaseObject : value;
        switch (plain)
        {
            case null or DBNull or System.Management.Automation.Language.NullString:
                writer.WriteNullValue();
                break;
            case string or char or Guid or Uri:
                writer.WriteStringValue(Convert.ToString(plain, CultureInfo.InvariantCulture));
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case SwitchParameter flag:
                writer.WriteBooleanValue(flag.IsPresent);
                break;
            case DateTime time:
                writer.WriteStringValue(time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                writer.WriteStringValue(time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture));
                break;
            case Enum constant:
                if (EnumsAsStrings)
                    writer.WriteStringValue(constant.ToString());
                else
                    writer.WriteNumberValue(Convert.ToDecimal(constant, CultureInfo.InvariantCulture));
                break;
            case float or double:
                WriteFloat(writer, Convert.ToDouble(plain, CultureInfo.InvariantCulture), plain);
                break;
            case sbyte or byte or short or ushort or int or uint or long or ulong or decimal:
                writer.WriteNumberValue(Convert.ToDecimal(plain, CultureInfo.InvariantCulture));
                break;
            case System.Numerics.BigInteger big:
                writer.WriteRawValue(big.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                WriteCompound(writer, plain, wrapped ?? PSObject.AsPSObject(plain), depth);
                break;
        }
    }

    private static void WriteFloat(Utf8JsonWriter writer, double number, object plain)
    {
        if (!double.IsFinite(number))
        {
            writer.WriteStringValue(Convert.ToString(plain, CultureInfo.InvariantCulture));
            return;
        }

        // A number that came as a fraction keeps looking like one, and a decimal writes its trailing zero.
        string text = ((IFormattable)plain).ToString("R", CultureInfo.InvariantCulture);
        if (!text.AsSpan().ContainsAny('.', 'E') && decimal.TryParse(text + ".0", CultureInfo.InvariantCulture, out decimal whole))
            writer.WriteNumberValue(whole);
        else
            writer.WriteRawValue(text);
    }

    private void WriteCompound(Utf8JsonWriter writer, object value, PSObject wrapped, int depth)
    {
        if (depth > Depth)
        {
            _tooDeep = true;
            writer.WriteStringValue(wrapped.ToString());
            return;
        }

        switch (value)
        {
            case IDictionary table:
                writer.WriteStartObject();
                foreach (DictionaryEntry entry in table)
                    WriteMember(writer, Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "", entry.Value, depth);
                writer.WriteEndObject();
                break;
            case IEnumerable items:
                WriteArray(writer, items, depth);
                break;
            default:
                writer.WriteStartObject();
                foreach (PSPropertyInfo property in wrapped.Properties.Where(p => p.IsGettable))
                    WriteMember(writer, property.Name, Read(property), depth);
                writer.WriteEndObject();
                break;
        }
    }

    private void WriteArray(Utf8JsonWriter writer, IEnumerable items, int depth)
    {
        writer.WriteStartArray();
        foreach (object? item in items)
            WriteValue(writer, item, depth + 1);
        writer.WriteEndArray();
    }

    private void WriteMember(Utf8JsonWriter writer, string name, object? value, int depth)
    {
        writer.WritePropertyName(name);
        WriteValue(writer, value, depth + 1);
    }

    private static object? Read(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }
}
