using System.Management.Automation;
using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Sessions;

namespace EspProv.Commands.Wifi;

/// <summary>Makes a device accept new credentials, after a failed attempt or when it is connected.</summary>
[Cmdlet(VerbsCommon.Reset, "EspWifiProvisioning", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspProvSession), typeof(ProvisioningDevice))]
public sealed class ResetEspWifiProvisioningCommand : ResetCmdlet
{
    private protected override string ReprovisionDescription => "Give up the Wi-Fi connection and start provisioning over";

    private protected override Task ResetAsync(ProvisioningSession session, CancellationToken cancellationToken) =>
        session.ResetWifiAsync(cancellationToken);

    private protected override Task ReprovisionAsync(ProvisioningSession session, CancellationToken cancellationToken) =>
        session.ReprovisionWifiAsync(cancellationToken);
}
