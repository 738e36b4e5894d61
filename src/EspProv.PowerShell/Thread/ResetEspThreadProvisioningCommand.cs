using System.Management.Automation;
using EspProv.Commands.Sessions;
using EspProv.Devices;

namespace EspProv.Commands.Thread;

/// <summary>Makes a device accept another Thread dataset, after a failed attempt or when it is attached.</summary>
[Cmdlet(VerbsCommon.Reset, "EspThreadProvisioning", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspProvSession), typeof(ProvisioningDevice))]
public sealed class ResetEspThreadProvisioningCommand : SessionCmdlet
{
    /// <summary>Start over on an attached device whose provisioning service is still up.</summary>
    [Parameter]
    public SwitchParameter Reprovision { get; set; }

    /// <summary>Write the session.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string ActionDescription =>
        Reprovision ? "Leave the Thread network and start provisioning over" : "Clear the failed attempt";

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        AwaitInSession(session, async (core, _, token) =>
        {
            await (Reprovision ? core.ReprovisionThreadAsync(token) : core.ResetThreadAsync(token)).ConfigureAwait(false);
            return true;
        });
        if (PassThru)
            WriteTarget(session, kept);
    }
}
