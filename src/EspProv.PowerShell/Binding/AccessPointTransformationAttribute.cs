using System.Collections;
using System.Globalization;
using System.Management.Automation;
using EspProv.Virtual;

namespace EspProv.Commands.Binding;

/// <summary>Lets -AccessPoint take hashtables and rows with columns, such as <c>@{ Ssid = 'office'; Passphrase = '…'; Rssi = -40 }</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AccessPointTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] ColumnNames = ["Ssid", "Passphrase", "Bssid", "Channel", "Rssi", "Auth"];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        IEnumerable items = Base(inputData) is IList list ? list : new[] { inputData };
        return items.Cast<object>().Select(ToAccessPoint).ToArray();
    }

    private static VirtualAccessPoint ToAccessPoint(object item)
    {
        if (Base(item) is VirtualAccessPoint accessPoint)
            return accessPoint;

        Dictionary<string, object?> values = Base(item) is IDictionary table
            ? table.Keys.Cast<object>().ToDictionary(key => key.ToString()!, key => (object?)table[key], StringComparer.OrdinalIgnoreCase)
            : PSObject.AsPSObject(item).Properties.ToDictionary(property => property.Name, property => (object?)property.Value, StringComparer.OrdinalIgnoreCase);

        // Only the names of the wrong columns: a value may be a passphrase.
        string[] unknown = [.. values.Keys.Except(ColumnNames, StringComparer.OrdinalIgnoreCase)];
        if (unknown.Length > 0 || !values.TryGetValue("Ssid", out object? ssid) || ssid is null)
        {
            throw new ArgumentTransformationMetadataException(
                $"An access point has Ssid and optionally {string.Join(", ", ColumnNames.Skip(1))}" +
                (unknown.Length > 0 ? $"; it has no {string.Join(", ", unknown)}." : "."));
        }

        var defaults = new VirtualAccessPoint { Ssid = ssid.ToString()! };
        return defaults with
        {
            Passphrase = Text(values, "Passphrase"),
            Bssid = Text(values, "Bssid"),
            Channel = Number(values, "Channel") ?? defaults.Channel,
            Rssi = Number(values, "Rssi") ?? defaults.Rssi,
            Auth = Number(values, "Auth"),
        };
    }

    private static object? Base(object? item) => item is PSObject wrapped ? wrapped.BaseObject : item;

    private static string? Text(Dictionary<string, object?> values, string name) =>
        values.GetValueOrDefault(name)?.ToString() is { Length: > 0 } text ? text : null;

    private static int? Number(Dictionary<string, object?> values, string name)
    {
        if (Text(values, name) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new ArgumentTransformationMetadataException($"An access point's {name} is a whole number.");
    }
}
