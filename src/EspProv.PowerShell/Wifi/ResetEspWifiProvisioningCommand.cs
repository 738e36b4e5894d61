using System.Management.Automation;
using EspProv.Commands.Sessions;
using EspProv.Devices;

namespace EspProv.Commands.Wifi;

/// <summary>Makes a device accept new credentials, after a failed attempt or when it is connected.</summary>
[Cmdlet(VerbsCommon.Reset, "EspWifiProvisioning", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspProvSession), typeof(ProvisioningDevice))]
public sealed class ResetEspWifiProvisioningCommand : SessionCmdlet
{
    /// <summary>Start over on a connected device whose provisioning service is still up.</summary>
    [Parameter]
    public SwitchParameter Reprovision { get; set; }

    /// <summary>Write the session.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string ActionDescription =>
        Reprovision ? "Give up the Wi-Fi connection and start provisioning over" : "Clear the failed attempt";

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        AwaitInSession(session, async (core, _, token) =>
        {
            await (Reprovision ? core.ReprovisionWifiAsync(token) : core.ResetWifiAsync(token)).ConfigureAwait(false);
            return true;
        });
        if (PassThru)
            WriteTarget(session, kept);
    }
}
