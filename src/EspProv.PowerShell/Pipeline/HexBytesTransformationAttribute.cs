using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>Lets a byte[] parameter accept hexadecimal text too, such as from a CSV column or C source.</summary>
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
