using System.Management.Automation;
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
    [Parameter(ParameterSetName = SessionSet, Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    [ValidateNotNullOrEmpty]
    public EspProvSession[] Session { get; set; } = [];

    /// <summary>What ShouldProcess asks about; null for a command that changes nothing.</summary>
    private protected virtual string? ActionDescription => null;

    /// <summary>Checks the parameters of this record, before anything is asked or sent.</summary>
    /// <exception cref="ProvisioningException">A value is out of the protocol's limits.</exception>
    private protected virtual void Validate()
    {
    }

    /// <summary>The command itself, on the pipeline thread. <paramref name="kept"/> is null in a session that ends with the command.</summary>
    private protected abstract void Invoke(EspProvSession session, EspProvSession? kept);

    /// <summary>Runs the command for each session, device or address of the record.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == SessionSet)
        {
            foreach (EspProvSession session in Session)
                Try(session, () => InSession(session));
        }
        else
        {
            foreach (ProvisioningDevice device in NamedDevices())
                Try(device, () => OneShot(device));
        }
    }

    /// <summary>Awaits a verb of a session's, with what the session has to say on the warning and verbose streams.</summary>
    private protected T AwaitVerb<T>(EspProvSession session, Func<ProvisioningSession, PipelineSink, CancellationToken, Task<T>> verb) =>
        Await((sink, token) => session.ListenAsync(sink, () => verb(session.Session, sink, token)));

    /// <summary>How long to wait: as long as it takes where a person carries the data, unless a time was asked for.</summary>
    private protected TimeSpan Patience(EspProvSession session, double seconds, string parameter) =>
        session.Transport == ProvisioningTransport.Console && !MyInvocation.BoundParameters.ContainsKey(parameter)
            ? System.Threading.Timeout.InfiniteTimeSpan
            : TimeSpan.FromSeconds(seconds);

    private void InSession(EspProvSession session)
    {
        Validate();
        if (Confirmed(session.Name))
            Invoke(session, session);
    }

    private void OneShot(ProvisioningDevice device)
    {
        Validate();
        if (!Confirmed(device.Name))
            return;
        EspProvSession session = Connect(device);
        try
        {
            Invoke(session, kept: null);
        }
        finally
        {
            Close(session);
        }
    }

    private bool Confirmed(string target) => ActionDescription is not { } action || ShouldProcess(target, action);
}
