using System.Management.Automation;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Wifi;

/// <summary>Lets -Bssid accept the six bytes as tools print them: 78:8a:20:84:19:96, 78-8a-20-84-19-96, 788a20841996.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BssidTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PipelineValue.Unwrap(inputData);
        return value is string text ? Parse(text) : inputData;
    }

    // Text that is not hexadecimal becomes one byte, so that the protocol library reports it like any BSSID of wrong length.
    private static byte[]? Parse(string text)
    {
        if (text.Length == 0)
            return null;
        try
        {
            return Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal));
        }
        catch (FormatException)
        {
            return [0];
        }
    }
}
