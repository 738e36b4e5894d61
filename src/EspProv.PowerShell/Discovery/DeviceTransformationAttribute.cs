using System.Management.Automation;

namespace EspProv.Commands.Discovery;

/// <summary>Keeps text from -Device, which would be shown in the error: it may be a secret that was meant for another parameter.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DeviceTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return value is string or System.Security.SecureString
            ? throw new ArgumentTransformationMetadataException("A device is an object from Find-EspProvDevice; give an address with -Address, and secrets with the names of their parameters.")
            : inputData;
    }
}
