using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Networks.Thread;
using EspProv.Virtual.Worlds;
using EspProv.Wire;

namespace EspProv.Commands.VirtualDevices;

/// <summary>
/// Lets -ThreadNetwork accept hashtables and rows with columns, such as
/// <c>@{ NetworkName = 'lab'; NetworkKey = '…'; PanId = 0x1234 }</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ThreadNetworkTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] ColumnNames =
        ["NetworkName", "NetworkKey", "PanId", "ExtendedPanId", "ExtendedAddress", "Channel", "Rssi", "Lqi"];

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        VirtualNetworkRow.Items(inputData).Select(ToNetwork).ToArray();

    private static VirtualThreadNetwork ToNetwork(object item)
    {
        if (PipelineValue.Unwrap(item) is VirtualThreadNetwork network)
            return network;
        var row = VirtualNetworkRow.Read(item, "A Thread network", ColumnNames);
        var defaults = new VirtualThreadNetwork { NetworkName = row.Required("NetworkName"), NetworkKey = ReadKey(row) };
        return defaults with
        {
            PanId = row.Number("PanId") ?? defaults.PanId,
            ExtendedPanId = row.Text("ExtendedPanId"),
            ExtendedAddress = row.Text("ExtendedAddress"),
            Channel = row.Number("Channel") ?? defaults.Channel,
            Rssi = row.Number("Rssi") ?? defaults.Rssi,
            Lqi = row.Number("Lqi") ?? defaults.Lqi,
        };
    }

    private static Secret ReadKey(VirtualNetworkRow row)
    {
        using Secret? digits = row.Secret("NetworkKey");
        try
        {
            return ThreadDataset.FromHex(
                digits ?? throw new ArgumentTransformationMetadataException("A Thread network needs its NetworkKey."),
                "A network key",
                ProtocolLimits.NetworkKeyLength);
        }
        catch (ProvisioningException exception)
        {
            throw new ArgumentTransformationMetadataException(exception.Message, exception);
        }
    }
}
