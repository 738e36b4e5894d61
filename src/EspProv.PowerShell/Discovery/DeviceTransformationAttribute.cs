using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Commands.VirtualDevices;
using EspProv.Devices;

namespace EspProv.Commands.Discovery;

/// <summary>
/// Lets -Device accept virtual devices and the output of other commands. Rejects text, which the error would otherwise echo: it may be a
/// secret that was meant for another parameter.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DeviceTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => PipelineValue.Unwrap(inputData) switch
    {
        object[] items when items.Length > 0 && Array.TrueForAll(items, item => DeviceOf(item) is not null) =>
            Array.ConvertAll(items, item => DeviceOf(item)!),
        string or System.Security.SecureString => new RefusedText(),
        _ => DeviceOf(inputData) ?? inputData,
    };

    private static ProvisioningDevice? DeviceOf(object? item) => PipelineValue.Unwrap(item) switch
    {
        ProvisioningDevice device => device,
        EspVirtualDevice device => device.ToProvisioningDevice(TimeProvider.System.GetUtcNow()),
        IDeviceCarrier carrier => carrier.DeviceWithoutSession,
        _ => null,
    };

    /// <summary>Replaces the text: PowerShell first tries other parameters that accept text, then converts this, which throws.</summary>
    private sealed class RefusedText
    {
        public static explicit operator ProvisioningDevice(RefusedText text) => throw new ArgumentTransformationMetadataException(
            "-Device needs an object from Find-EspProvDevice; give a name with -Name, an address with -Address, "
            + "and a secret with the name of its parameter.");
    }
}
