using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// Lets a parameter in seconds accept a TimeSpan too, or its text: 00:00:12. Rejects a decimal comma, which PowerShell reads as a list, or
/// in text as the separator of thousands.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecondsTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PipelineValue.Unwrap(inputData) switch
        {
            TimeSpan time => time.TotalSeconds,
            string text when text.Contains(':', StringComparison.Ordinal)
                && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) => time.TotalSeconds,
            string text when text.Contains(',', StringComparison.Ordinal) => throw DecimalComma(),
            IList => throw DecimalComma(),
            _ => inputData,
        };

    /// <summary>The error for a number with a decimal comma.</summary>
    internal static ArgumentTransformationMetadataException DecimalComma() =>
        new("Give one number of seconds, with a point before its decimals: 1.5. A comma makes a list.");
}
