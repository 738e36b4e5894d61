using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.VirtualDevices;

/// <summary>A network for virtual devices, given as a hashtable or a row with columns.</summary>
internal sealed class VirtualNetworkRow
{
    private readonly string _what;
    private readonly Dictionary<string, object?> _values;

    private VirtualNetworkRow(string what, Dictionary<string, object?> values) => (_what, _values) = (what, values);

    /// <summary>Reads a row.</summary>
    /// <param name="item">The hashtable or object.</param>
    /// <param name="what">The kind of network, to begin an error message: "An access point".</param>
    /// <param name="names">The allowed columns; the first one is required.</param>
    /// <exception cref="ArgumentTransformationMetadataException">The required column is missing, or a column is unknown.</exception>
    internal static VirtualNetworkRow Read(object item, string what, IReadOnlyList<string> names)
    {
        Dictionary<string, object?> values = PipelineValue.Unwrap(item) is IDictionary table
            ? table.Keys.Cast<object>().ToDictionary(key => key.ToString()!, key => (object?)table[key], StringComparer.OrdinalIgnoreCase)
            : PSObject.AsPSObject(item).Properties.ToDictionary(
                property => property.Name, property => (object?)property.Value, StringComparer.OrdinalIgnoreCase);

        // The message has only the names of unknown columns: a value may be a secret.
        string[] unknown = [.. values.Keys.Except(names, StringComparer.OrdinalIgnoreCase)];
        if (unknown.Length > 0 || values.GetValueOrDefault(names[0]) is null)
        {
            throw new ArgumentTransformationMetadataException(
                $"{what} needs {names[0]}, and may have {string.Join(", ", names.Skip(1))}" +
                (unknown.Length > 0 ? $"; remove {UntrustedText.Show(string.Join(", ", unknown))}." : "."));
        }

        return new VirtualNetworkRow(what, values);
    }

    /// <summary>Each of one or several rows.</summary>
    internal static IEnumerable<object> Items(object inputData)
    {
        IEnumerable items = PipelineValue.Unwrap(inputData) is IList list ? list : new[] { inputData };
        return items.Cast<object>();
    }

    internal string Required(string name) => Text(name) ?? "";

    internal string? Text(string name) =>
        PipelineValue.Unwrap(_values.GetValueOrDefault(name)) is { } value
        && (InvariantText.Of(value) ?? value.ToString()) is { Length: > 0 } text
            ? text
            : null;

    /// <summary>A secret, given as text or as a SecureString; the caller disposes of it.</summary>
    internal Secret? Secret(string name) => PipelineValue.Unwrap(_values.GetValueOrDefault(name)) is SecureString { Length: > 0 } secure
        ? secure.ToSecret()
        : Text(name) is { } text ? EspProv.Secret.FromUtf8(text) : null;

    internal int? Number(string name)
    {
        if (PipelineValue.Unwrap(_values.GetValueOrDefault(name)) is not { } value || value is "")
            return null;
        bool isNumber = value is string text && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? InvariantText.TryNumber(text[2..], NumberStyles.AllowHexSpecifier, out int number)
            : InvariantText.TryNumber(value, NumberStyles.AllowLeadingSign, out number);
        return isNumber ? number : throw new ArgumentTransformationMetadataException($"{_what}'s {name} must be a whole number.");
    }
}
