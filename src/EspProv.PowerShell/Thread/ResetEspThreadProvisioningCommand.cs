using System.Management.Automation;
using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Sessions;

namespace EspProv.Commands.Thread;

/// <summary>Makes a device accept another Thread dataset, after a failed attempt or when it is attached.</summary>
[Cmdlet(VerbsCommon.Reset, "EspThreadProvisioning", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspProvSession), typeof(ProvisioningDevice))]
public sealed class ResetEspThreadProvisioningCommand : ResetCmdlet
{
    private protected override string ReprovisionDescription => "Leave the Thread network and start provisioning over";

    private protected override Task ResetAsync(ProvisioningSession session, CancellationToken cancellationToken) =>
        session.ResetThreadAsync(cancellationToken);

    private protected override Task ReprovisionAsync(ProvisioningSession session, CancellationToken cancellationToken) =>
        session.ReprovisionThreadAsync(cancellationToken);
}
