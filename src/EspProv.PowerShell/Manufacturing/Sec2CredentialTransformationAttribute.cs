using System.Management.Automation;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Manufacturing;

/// <summary>Lets a parameter for credentials accept rows of Import-Csv and ConvertFrom-Json too.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class Sec2CredentialTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PipelineValue.Unwrap(inputData);
        if (value is EspSec2Credential or EspSec2Credential[] or null)
            return inputData;
        if (value is object[] items)
            return items.Select(FromRow).ToArray();
        return FromRow(inputData);
    }

    private static EspSec2Credential FromRow(object item)
    {
        if (PipelineValue.Unwrap(item) is EspSec2Credential credential)
            return credential;
        try
        {
            return EspSec2Credential.FromRow(PSObject.AsPSObject(item));
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }
}
