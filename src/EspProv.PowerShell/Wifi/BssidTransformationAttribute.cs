using System.Management.Automation;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Wifi;

/// <summary>Lets -Bssid take the six bytes in the forms that tools print: 78:8a:20:84:19:96, 78-8a-20-84-19-96, 788a20841996.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class BssidTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PipelineValue.Unwrap(inputData);
        return value is string text ? Parse(text) : inputData;
    }

    // What is not hexadecimal becomes a wrong number of bytes, so that there is one error for a wrong BSSID: Core's.
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
