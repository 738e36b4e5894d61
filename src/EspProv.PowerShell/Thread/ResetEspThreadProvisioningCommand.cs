using System.Management.Automation;
using EspProv.Commands.Sessions;

namespace EspProv.Commands.Thread;

/// <summary>Makes a device accept another Thread dataset, after a failed attempt or when it is attached.</summary>
[Cmdlet(VerbsCommon.Reset, "EspThreadProvisioning", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
public sealed class ResetEspThreadProvisioningCommand : SessionCmdlet
{
    /// <summary>Start over on an attached device whose provisioning service is still up.</summary>
    [Parameter]
    public SwitchParameter Reprovision { get; set; }

    private protected override string ActionDescription =>
        Reprovision ? "Leave the Thread network and start provisioning over" : "Clear the failed attempt";

    private protected override void Invoke(EspProvSession session, EspProvSession? kept) =>
        AwaitInSession(session, async (core, _, token) =>
        {
            await (Reprovision ? core.ReprovisionThreadAsync(token) : core.ResetThreadAsync(token)).ConfigureAwait(false);
            return true;
        });
}
