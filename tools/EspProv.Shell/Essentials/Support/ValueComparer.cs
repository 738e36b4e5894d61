using System.Globalization;
using System.Management.Automation;

namespace EspProv.Shell.Essentials.Support;

/// <summary>Order and equality of any two values as sorting and grouping see them: the engine's comparison, and text where that fails.</summary>
internal sealed class ValueComparer(bool caseSensitive) : IComparer<object?>, IEqualityComparer<object?>
{
    public int Compare(object? x, object? y)
    {
        x = Unwrap(x);
        y = Unwrap(y);
        if (x is null || y is null)
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        if (LanguagePrimitives.TryCompare(x, y, !caseSensitive, CultureInfo.CurrentCulture, out int order))
            return order;
        return string.Compare(Text(x), Text(y), CultureInfo.CurrentCulture, caseSensitive ? CompareOptions.None : CompareOptions.IgnoreCase);
    }

    public new bool Equals(object? x, object? y) => Compare(x, y) == 0;

    // Values of different types may be equal (1 and "1"), and their texts are then equal too, case aside.
    public int GetHashCode(object? obj) => StringComparer.OrdinalIgnoreCase.GetHashCode(Text(Unwrap(obj) ?? ""));

    private static object? Unwrap(object? value) => value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;

    private static string Text(object value) => PSObject.AsPSObject(value).ToString();
}
