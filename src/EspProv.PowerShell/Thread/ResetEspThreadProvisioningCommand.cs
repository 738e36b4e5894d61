using System.Management.Automation;
using EspProv.Commands.Sessions;
using EspProv.Devices;

namespace EspProv.Commands.Thread;

/// <summary>Lets a device take another Thread dataset, after a failed attempt or on an attached device.</summary>
[Cmdlet(VerbsCommon.Reset, "EspThreadProvisioning", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspProvSession), typeof(ProvisioningDevice))]
public sealed class ResetEspThreadProvisioningCommand : SessionCmdlet
{
    /// <summary>Start over on an attached device that keeps its service up.</summary>
    [Parameter]
    public SwitchParameter Reprovision { get; set; }

    /// <summary>Write the session.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string ActionDescription =>
        Reprovision ? "Leave the Thread network and start provisioning over" : "Clear the failed attempt";

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        AwaitVerb(session, async (core, _, token) =>
        {
            await (Reprovision ? core.ReprovisionThreadAsync(token) : core.ResetThreadAsync(token)).ConfigureAwait(false);
            return true;
        });
        if (PassThru)
            WriteTarget(session, kept);
    }
}
