using System.Globalization;
using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// Converts text from a file, which may be empty, to a number. PowerShell converts text too, but only after it has stopped binding the
/// row's other columns.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NumberTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>The value for an empty cell.</summary>
    public object? Empty { get; set; }

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PipelineValue.Unwrap(inputData) switch
        {
            string text when string.IsNullOrWhiteSpace(text) => Empty,
            string text when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) => number,
            _ => inputData,
        };
}
