using System.Management.Automation;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Discovery;

/// <summary>Lets -Name accept only text: PowerShell would convert any input object to text.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DeviceNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value = PipelineValue.Unwrap(inputData);
        object?[] items = value is object?[] several ? several : [value];

        // PowerShell tries the next parameter only after an invalid cast.
        return Array.TrueForAll(items, item => PipelineValue.Unwrap(item) is null or string or ValueType)
            ? inputData
            : throw new ArgumentTransformationMetadataException("A device's name must be text.", new PSInvalidCastException());
    }
}
