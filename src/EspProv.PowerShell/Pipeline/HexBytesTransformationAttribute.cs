using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>Lets a byte[] parameter take hexadecimal text too, as it comes from a CSV column or a C source.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HexBytesTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PipelineValue.Unwrap(inputData);

        if (value is int or long or double or decimal)
            value = InvariantText.OfDigits(inputData);
        if (value is not string text)
            return inputData;
        try
        {
            return HexText.Parse(text);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }
}
