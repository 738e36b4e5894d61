using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>
/// A command to devices: in existing sessions, or in a session that is opened for the command and closed after it.
/// </summary>
public abstract class SessionCmdlet : ConnectionCmdlet
{
    /// <summary>The parameter set of existing sessions.</summary>
    protected const string SessionSet = "Session";

    private protected SessionCmdlet()
    {
    }

    /// <summary>The sessions to use: objects, numbers or device names.</summary>
    // Also in the default set, so that the session of a piped row is bound together with its other properties.
    [Parameter(ParameterSetName = SessionSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [SessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    public EspProvSession[]? Session { get; set; }

    /// <summary>What ShouldProcess asks about; null for a command that changes nothing.</summary>
    private protected virtual string? ActionDescription => null;

    /// <summary>Checks the parameters of this record, before any prompt and before anything is sent.</summary>
    /// <param name="session">The existing session; null when one must be opened first.</param>
    /// <exception cref="ProvisioningException">A value exceeds the protocol's limits.</exception>
    private protected virtual void Validate(EspProvSession? session)
    {
    }

    /// <summary>Runs the command on the pipeline thread.</summary>
    /// <param name="session">The session to use.</param>
    /// <param name="kept">The session to put into results; null when it is closed after the command.</param>
    private protected abstract void Invoke(EspProvSession session, EspProvSession? kept);

    /// <summary>Runs the command in a session that stays open after it.</summary>
    private protected virtual void InvokeInExisting(EspProvSession session) => Invoke(session, session);

    /// <summary>Opens the session of this command alone.</summary>
    private protected virtual EspProvSession Open(ProvisioningDevice device) => Connect(device);

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
            foreach (EspProvSession session in Session ?? FindSession())
                Try(session, () => InSession(session));
        }
    }

    /// <summary>Awaits an operation of a session; the session's notices go to the warning and verbose streams.</summary>
    private protected T AwaitInSession<T>(
        EspProvSession session, Func<ProvisioningSession, PipelineSink, CancellationToken, Task<T>> operation) =>
        Await((sink, token) => session.WithNoticesAsync(sink, () => operation(session.Session, sink, token)));

    /// <summary>Writes the object of -PassThru: the session, or the device if the session ends with the command.</summary>
    private protected void WriteTarget(EspProvSession session, EspProvSession? kept) => WriteObject(kept ?? (object)session.Session.Device);

    /// <summary>The timeout. Infinite by default on the console transport, where a person copies the data.</summary>
    private protected TimeSpan TimeoutOf(EspProvSession session, double seconds, string parameter) =>
        session.Transport == ProvisioningTransport.Console && !MyInvocation.BoundParameters.ContainsKey(parameter)
            ? System.Threading.Timeout.InfiniteTimeSpan
            : TimeSpan.FromSeconds(seconds);

    private void InSession(EspProvSession session)
    {
        Validate(session);
        if (Confirmed(session.Name))
            InvokeInExisting(session);
    }

    private void OneShot(ProvisioningDevice asked)
    {
        Validate(session: null);
        if (!Confirmed(asked.Name) || Locate(asked) is not { } device)
            return;
        Try(device, () =>
        {
            EspProvSession session = Open(device);
            try
            {
                Invoke(session, kept: null);
            }
            finally
            {
                session.Close(this);
            }
        });
    }

    /// <summary>The only open session, for a command without -Session. Writes an error if there is not exactly one.</summary>
    private EspProvSession[] FindSession()
    {
        (EspProvSession[] sessions, string? problem) =
            MyInvocation.BoundParameters.ContainsKey(nameof(Session)) || MyInvocation.ExpectingInput
                ? ([], "The input has neither a session of this process nor the address of a device. "
                    + "Connect first with Connect-EspProvSession.")
            : MyInvocation.BoundParameters.Keys.Any(IsForConnecting)
                ? ([], "No device is given: give -Name or -Address, or pipe the output of Find-EspProvDevice.")
            : OnlyOpenSession.Find("Connect first with Connect-EspProvSession, or give -Name or -Address.");
        if (problem is not null)
            WriteError(ErrorFactory.From(ModuleError.SessionNotFound, problem, target: null));
        return sessions;
    }

    private bool IsForConnecting(string parameter) =>
        MyInvocation.MyCommand.Parameters.TryGetValue(parameter, out ParameterMetadata? metadata)
        && !metadata.ParameterSets.ContainsKey(SessionSet) && !metadata.ParameterSets.ContainsKey(ParameterAttribute.AllParameterSets);

    private bool Confirmed(string target) => ActionDescription is not { } action || ShouldProcess(target, action);
}
