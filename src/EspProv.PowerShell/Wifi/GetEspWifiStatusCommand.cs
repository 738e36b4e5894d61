using System.Management.Automation;
using EspProv.Commands.Sessions;
using EspProv.Networks.Wifi;

namespace EspProv.Commands.Wifi;

/// <summary>Gets a device's Wi-Fi status.</summary>
[Cmdlet(VerbsCommon.Get, "EspWifiStatus", DefaultParameterSetName = AddressSet)]
[OutputType(typeof(EspWifiStatus))]
public sealed class GetEspWifiStatusCommand : SessionCmdlet
{
    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        WifiStatus status = AwaitInSession(session, (core, _, token) => core.GetWifiStatusAsync(token));
        WriteObject(new EspWifiStatus(session.Session.Device, kept, status));
    }
}
