using System.Management.Automation;
using EspProv.Commands.Sessions;
using EspProv.Networks.Thread;

namespace EspProv.Commands.Thread;

/// <summary>Asks a device once how it stands with its Thread network.</summary>
[Cmdlet(VerbsCommon.Get, "EspThreadStatus", DefaultParameterSetName = AddressSet)]
[OutputType(typeof(EspThreadStatus))]
public sealed class GetEspThreadStatusCommand : SessionCmdlet
{
    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        ThreadStatus status = AwaitVerb(session, (core, _, token) => core.GetThreadStatusAsync(token));
        WriteObject(new EspThreadStatus(session.Session.Device, kept, status));
    }
}
