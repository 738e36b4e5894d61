using System.Globalization;
using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// Lets a number come from a file, where it is text and may be left empty. PowerShell would convert it too, but only after it has given up
/// on the row's other parameters.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NumberTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>What stands for an empty cell.</summary>
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
