using System.Globalization;
using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>Lets a parameter in seconds accept a TimeSpan too, or its text: 00:00:12.</summary>
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
            _ => inputData,
        };
}
