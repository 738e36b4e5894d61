using System.Globalization;
using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Networks.Wifi;

namespace EspProv.Commands.Wifi;

/// <summary>Lets -Auth accept the driver's numbers, also those without a name here, and its second name for WPA2_ENTERPRISE.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WifiAuthTransformationAttribute : ArgumentTransformationAttribute
{
    private const string SecondName = "ENTERPRISE";

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        PipelineValue.Unwrap(inputData) switch
        {
            string text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => (WifiAuthMode)number,
            string text when text.Equals(SecondName, StringComparison.OrdinalIgnoreCase) => WifiAuthMode.WPA2_ENTERPRISE,
            "" => null,
            int number and >= 0 => (WifiAuthMode)number,
            _ => inputData,
        };
}
