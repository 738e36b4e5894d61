using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Sessions;

/// <summary>Closes sessions.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "EspProvSession", SupportsShouldProcess = true)]
[OutputType(typeof(EspProvSession))]
public sealed class DisconnectEspProvSessionCommand : AsyncCmdlet
{
    /// <summary>The sessions to close: objects, numbers or device names. Without it, the only open one.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    [AllowEmptyCollection]
    public EspProvSession[]? Session { get; set; }

    /// <summary>Write the closed sessions.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Closes each session of the record.</summary>
    protected override void ProcessRecord()
    {
        foreach (EspProvSession session in Session ?? FindSession())
        {
            if (!ShouldProcess($"{session.Name} (session {session.Id})", "Close the session"))
                continue;

            // Unlisted first, so that the session is gone for the user even if closing fails.
            SessionRegistry.Current.Remove(session);
            Try(session, () => Await(async (_, _) => await session.Session.DisposeAsync().ConfigureAwait(false)));
            if (PassThru)
                WriteObject(session);
        }
    }

    private EspProvSession[] FindSession()
    {
        // An empty variable or property must not close another session.
        (EspProvSession[] sessions, string? problem) =
            MyInvocation.BoundParameters.ContainsKey(nameof(Session)) || MyInvocation.ExpectingInput
                ? ([], "The input has no session of this process.")
                : OnlyOpenSession.Find("A closed one leaves the list when you give its number.");
        if (problem is not null)
            WriteError(ErrorFactory.From(ModuleError.SessionNotFound, problem, target: null));
        return sessions;
    }
}
