using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Virtual;

namespace EspProv.Commands.VirtualDevices;

/// <summary>
/// Lets -AccessPoint accept hashtables and rows with columns, such as <c>@{ Ssid = 'office'; Passphrase = '…'; Rssi = -40 }</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AccessPointTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] ColumnNames = ["Ssid", "Passphrase", "Bssid", "Channel", "Rssi", "Auth", "Username"];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        VirtualNetworkRow.Items(inputData).Select(ToAccessPoint).ToArray();

    private static VirtualAccessPoint ToAccessPoint(object item)
    {
        if (PipelineValue.Unwrap(item) is VirtualAccessPoint accessPoint)
            return accessPoint;
        var row = VirtualNetworkRow.Read(item, "An access point", ColumnNames);
        var defaults = new VirtualAccessPoint { Ssid = row.Required("Ssid") };
        return defaults with
        {
            Passphrase = row.Text("Passphrase"),
            Username = row.Text("Username"),
            Bssid = row.Text("Bssid"),
            Channel = row.Number("Channel") ?? defaults.Channel,
            Rssi = row.Number("Rssi") ?? defaults.Rssi,
            Auth = row.Number("Auth"),
        };
    }
}
