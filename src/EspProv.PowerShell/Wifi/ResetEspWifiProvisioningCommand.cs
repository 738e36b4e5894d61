using System.Management.Automation;
using EspProv.Commands.Sessions;
using EspProv.Devices;

namespace EspProv.Commands.Wifi;

/// <summary>Lets a device take new credentials, after a failed attempt or on a connected device.</summary>
[Cmdlet(VerbsCommon.Reset, "EspWifiProvisioning", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspProvSession), typeof(ProvisioningDevice))]
public sealed class ResetEspWifiProvisioningCommand : SessionCmdlet
{
    /// <summary>Start over on a connected device that keeps its service up.</summary>
    [Parameter]
    public SwitchParameter Reprovision { get; set; }

    /// <summary>Write the session.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string ActionDescription =>
        Reprovision ? "Give up the Wi-Fi connection and start provisioning over" : "Clear the failed attempt";

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        AwaitVerb(session, async (core, _, token) =>
        {
            await (Reprovision ? core.ReprovisionWifiAsync(token) : core.ResetWifiAsync(token)).ConfigureAwait(false);
            return true;
        });
        if (PassThru)
            WriteTarget(session, kept);
    }
}
