using System.Management.Automation;
using EspProv.Commands.Sessions;
using EspProv.Networks.Thread;

namespace EspProv.Commands.Thread;

/// <summary>Gets a device's Thread status.</summary>
[Cmdlet(VerbsCommon.Get, "EspThreadStatus", DefaultParameterSetName = AddressSet)]
[OutputType(typeof(EspThreadStatus))]
public sealed class GetEspThreadStatusCommand : SessionCmdlet
{
    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        ThreadStatus status = AwaitInSession(session, (core, _, token) => core.GetThreadStatusAsync(token));
        WriteObject(new EspThreadStatus(session.Session.Device, kept, status));
    }
}
