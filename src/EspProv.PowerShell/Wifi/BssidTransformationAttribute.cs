using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Wire;

namespace EspProv.Commands.Wifi;

/// <summary>Lets -Bssid accept the six bytes as tools print them: 78:8a:20:84:19:96, 78-8a-20-84-19-96, 788a20841996.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BssidTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) => ToBytes(inputData);

    /// <summary>The bytes of a text, null for an empty one; any other value as it is.</summary>
    internal static object? ToBytes(object value) => PipelineValue.Unwrap(value) switch
    {
        "" => null,

        // Text that is not hexadecimal becomes one byte, so that the protocol library reports it like any BSSID of wrong length.
        string text => HardwareAddress.TryParse(text, out byte[]? bssid) ? bssid : [0],
        _ => value,
    };
}
