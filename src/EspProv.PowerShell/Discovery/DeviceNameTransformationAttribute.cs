using System.Management.Automation;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Discovery;

/// <summary>Lets -Name take text alone: the engine would make text of any object that comes by the pipeline.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DeviceNameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        object? value = PipelineValue.Unwrap(inputData);
        object?[] items = value is object?[] several ? several : [value];

        // The engine goes on to the next parameter only after a cast that failed.
        return Array.TrueForAll(items, item => PipelineValue.Unwrap(item) is null or string or ValueType)
            ? inputData
            : throw new ArgumentTransformationMetadataException("A device's name is text.", new PSInvalidCastException());
    }
}
