using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>
/// A command to devices: in sessions that exist, or in one that is made for the purpose and closed afterwards.
/// </summary>
public abstract class SessionCmdlet : ConnectionCmdlet
{
    /// <summary>The parameter set of sessions that exist.</summary>
    protected const string SessionSet = "Session";

    private protected SessionCmdlet()
    {
    }

    /// <summary>The sessions to use: objects, numbers or device names.</summary>
    // Also in the default set, so that a row's session is bound together with the row's other values.
    [Parameter(ParameterSetName = SessionSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [SessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public EspProvSession[]? Session { get; set; }

    /// <summary>What ShouldProcess asks about; null for a command that changes nothing.</summary>
    private protected virtual string? ActionDescription => null;

    /// <summary>Checks the parameters of this record, before anything is asked or sent.</summary>
    /// <param name="session">The session that exists; null where one is yet to be made.</param>
    /// <exception cref="ProvisioningException">A value is out of the protocol's limits.</exception>
    private protected virtual void Validate(EspProvSession? session)
    {
    }

    /// <summary>The command itself, on the pipeline thread. <paramref name="kept"/> is null in a session that ends with the command.</summary>
    private protected abstract void Invoke(EspProvSession session, EspProvSession? kept);

    /// <summary>Runs the command for each session, device or address of the record.</summary>
    protected override void ProcessRecord()
    {
        if (Session is null && NamesDevices)
        {
            foreach (ProvisioningDevice asked in NamedDevices())
                Try(asked, () => OneShot(asked));
        }
        else
        {
            foreach (EspProvSession session in Session ?? OnlyOpenSession())
                Try(session, () => InSession(session));
        }
    }

    /// <summary>Awaits a verb of a session's, with what the session has to say on the warning and verbose streams.</summary>
    private protected T AwaitVerb<T>(EspProvSession session, Func<ProvisioningSession, PipelineSink, CancellationToken, Task<T>> verb) =>
        Await((sink, token) => session.ListenAsync(sink, () => verb(session.Session, sink, token)));

    /// <summary>What -PassThru adds: the session, or the device of one that ends with the command.</summary>
    private protected void WriteTarget(EspProvSession session, EspProvSession? kept) => WriteObject(kept ?? (object)session.Session.Device);

    /// <summary>How long to wait: as long as it takes where a person carries the data, unless a time was asked for.</summary>
    private protected TimeSpan Patience(EspProvSession session, double seconds, string parameter) =>
        session.Transport == ProvisioningTransport.Console && !MyInvocation.BoundParameters.ContainsKey(parameter)
            ? System.Threading.Timeout.InfiniteTimeSpan
            : TimeSpan.FromSeconds(seconds);

    private void InSession(EspProvSession session)
    {
        Validate(session);
        if (Confirmed(session.Name))
            Invoke(session, session);
    }

    private void OneShot(ProvisioningDevice asked)
    {
        Validate(session: null);
        if (!Confirmed(asked.Name) || Locate(asked) is not { } device)
            return;
        Try(device, () =>
        {
            EspProvSession session = Connect(device);
            try
            {
                Invoke(session, kept: null);
            }
            finally
            {
                Close(session);
            }
        });
    }

    /// <summary>The session that is meant where none is named: the only one that there is. None, and an error, otherwise.</summary>
    private EspProvSession[] OnlyOpenSession()
    {
        EspProvSession[] open = [.. SessionRegistry.Current.All.Where(session => session.Session.IsOpen)];
        string? problem =
            MyInvocation.BoundParameters.ContainsKey(nameof(Session)) || MyInvocation.ExpectingInput
                ? "What was given has no session of this process, and no address of a device. Connect first, with Connect-EspProvSession."
            : MyInvocation.BoundParameters.Keys.Any(IsForConnecting)
                ? "Say which device: give -Name or -Address, or pipe what Find-EspProvDevice has found."
            : open.Length == 0
                ? "No session is open. Connect first, with Connect-EspProvSession, or give -Name or -Address."
            : open.Length > 1
                ? $"{open.Length} sessions are open: {string.Join(", ", open.Select(session => $"{session.Id} ({session.Name})"))}. Say which one with -Session."
            : null;
        if (problem is null)
            return open;
        WriteError(ErrorFactory.From(ModuleError.SessionNotFound, problem, target: null));
        return [];
    }

    private bool IsForConnecting(string parameter) =>
        MyInvocation.MyCommand.Parameters.TryGetValue(parameter, out ParameterMetadata? metadata)
        && !metadata.ParameterSets.ContainsKey(SessionSet) && !metadata.ParameterSets.ContainsKey(ParameterAttribute.AllParameterSets);

    private bool Confirmed(string target) => ActionDescription is not { } action || ShouldProcess(target, action);
}
