using System.Globalization;
using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>Converts values to text and numbers, independently of the machine's culture.</summary>
internal static class InvariantText
{
    /// <summary>Text as it is, a number or a date in the invariant culture; null for what is neither.</summary>
    internal static string? Of(object? value) => value switch
    {
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    /// <summary>A whole number: a number as it is, text with the given style.</summary>
    internal static bool TryNumber(object value, NumberStyles style, out int number) => value is string text
        ? int.TryParse(text, style, CultureInfo.InvariantCulture, out number)
        : LanguagePrimitives.TryConvertTo(value, CultureInfo.InvariantCulture, out number);

    /// <summary>Digits that were typed without quotes, with their leading zeros, which PSObject keeps.</summary>
    internal static string OfDigits(object inputData) => LanguagePrimitives.ConvertTo<string>(inputData);
}
