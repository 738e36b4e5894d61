using System.Management.Automation;

namespace EspProv.Commands.Manufacturing;

/// <summary>Lets credentials come back from a file: rows of Import-Csv and ConvertFrom-Json are credentials too.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class Sec2CredentialTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is EspSec2Credential or EspSec2Credential[] or null)
            return inputData;
        if (value is object[] items)
            return items.Select(item => (EspSec2Credential)FromRow(item)).ToArray();
        return FromRow(inputData);
    }

    private static object FromRow(object item)
    {
        if (item is EspSec2Credential or PSObject { BaseObject: EspSec2Credential })
            return item is PSObject wrapped ? wrapped.BaseObject : item;
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
