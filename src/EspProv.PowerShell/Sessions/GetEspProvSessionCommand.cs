using System.Globalization;
using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Sessions;

/// <summary>Lists the sessions of this process.</summary>
[Cmdlet(VerbsCommon.Get, "EspProvSession", DefaultParameterSetName = NameSet)]
[OutputType(typeof(EspProvSession))]
public sealed class GetEspProvSessionCommand : AsyncCmdlet
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";
    private const string SessionSet = "Session";

    /// <summary>Numbers of sessions.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public int[] Id { get; set; } = [];

    /// <summary>Names of devices; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = NameSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SessionNameCompleter))]
    [SupportsWildcards]
    public string[]? Name { get; set; }

    /// <summary>Session objects.</summary>
    [Parameter(ParameterSetName = SessionSet, Mandatory = true, ValueFromPipeline = true)]
    [SessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    [ValidateNotNullOrEmpty]
    public EspProvSession[] Session { get; set; } = [];

    /// <summary>Lists the requested sessions.</summary>
    protected override void ProcessRecord()
    {
        SessionRegistry sessions = SessionRegistry.Current;
        if (ParameterSetName == IdSet)
        {
            foreach (int id in Id)
                WriteFound(sessions.ById(id) is { } session ? [session] : [], id.ToString(CultureInfo.InvariantCulture));
        }
        else if (ParameterSetName == SessionSet)
        {
            foreach (EspProvSession session in Session)
                WriteFound(sessions.All.Contains(session) ? [session] : [], session.Name);
        }
        else if (Name is null)
        {
            WriteObject(sessions.All, enumerateCollection: true);
        }
        else
        {
            foreach (string name in Name)
                WriteFound(sessions.ByName(name), name);
        }
    }

    private void WriteFound(IReadOnlyList<EspProvSession> found, string asked)
    {
        if (found.Count > 0)
            WriteObject(found, enumerateCollection: true);
        else if (!NamePattern.HasWildcards(asked))
            WriteError(ErrorFactory.From(ModuleError.SessionNotFound, $"There is no session '{asked}'.", asked));
    }
}
