using System.Management.Automation;
using EspProv.Board.Log;
using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Sessions;
using EspProv.Transports.Serial;

namespace EspProv.Commands.Sessions;

/// <summary>A command that makes devices join a network, which the logs of their boards may witness.</summary>
public abstract class JoinCmdlet : SessionCmdlet
{
    // Of this command's join; null for that of the session, if it has one.
    private BoardJoinWitness? _witness;

    private protected JoinCmdlet()
    {
    }

    /// <summary>How long to wait for the outcome, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double Timeout { get; set; } = 60;

    /// <summary>Do not wait for the outcome.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>The serial port with the log of the device's board, to watch while it joins.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MonitorPortCompleter))]
    public string? MonitorPort { get; set; }

    /// <summary>The speed of that port, in bits per second.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberTransformation(Empty = SerialTransportOptions.StockBaudRate)]
    [ValidateRange(SerialTransportOptions.MinBaudRate, SerialTransportOptions.MaxBaudRate)]
    public int MonitorBaudRate { get; set; } = SerialTransportOptions.StockBaudRate;

    /// <summary>Write the session too, after the result.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Runs the command, unless one port has to show the logs of several boards.</summary>
    protected override void ProcessRecord()
    {
        if (IsMonitorForOne(MonitorPort, Session?.Length ?? Math.Max(Device.Length, Math.Max(Address?.Length ?? 0, Name?.Length ?? 0))))
            base.ProcessRecord();
    }

    /// <summary>Makes the device join, and waits for the outcome with a progress bar.</summary>
    /// <param name="session">The session to use.</param>
    /// <param name="sending">What is sent first.</param>
    /// <param name="describe">What a status says.</param>
    /// <param name="provisionAsync">Sets, applies and follows, within the given time; zero to follow nothing.</param>
    private protected TResult Join<TStatus, TResult>(
        EspProvSession session,
        string sending,
        Func<TStatus, string> describe,
        Func<ProvisioningSession, TimeSpan, IProgress<TStatus>, IJoinWitness?, CancellationToken, Task<TResult>> provisionAsync)
    {
        TimeSpan timeout = NoWait ? TimeSpan.Zero : TimeoutOf(session, Timeout, nameof(Timeout));
        string activity = $"Provisioning {session.Name}";
        return WithProgress(activity, sending, () => AwaitInSession(session, (core, sink, token) =>
        {
            var progress = new StatusProgress<TStatus>(status =>
                sink.Progress(new ProgressRecord(ProgressId, activity, describe(status))));
            return provisionAsync(core, timeout, progress, _witness, token);
        }));
    }

    /// <summary>Writes what a join came to: the result, the session with -PassThru, and the error of a failed one.</summary>
    private protected void WriteResult(EspProvSession session, EspProvSession? kept, object result, JoinFailure? failure)
    {
        if ((_witness ?? session.Session.Witness)?.Problem is { } problem)
            WriteWarning($"{session.Name}: {problem}");
        WriteObject(result);
        if (PassThru)
            WriteTarget(session, kept);
        if (failure is not null)
            WriteError(ErrorFactory.From(failure.ErrorId, failure.Message, session));
    }

    private protected override void InvokeInExisting(EspProvSession session)
    {
        _witness = string.IsNullOrWhiteSpace(MonitorPort) || BoardMonitor.IsOf(session.Session, MonitorPort)
            ? null
            : BoardMonitor.Open(this, session.Session.Device, serviceName: null, MonitorPort, MonitorBaudRate);
        try
        {
            base.InvokeInExisting(session);
        }
        finally
        {
            // In the background: Ctrl-C does not wait.
            _ = _witness?.DisposeAsync().AsTask();
            _witness = null;
        }
    }

    private protected override EspProvSession Open(ProvisioningDevice device) => Connect(device, MonitorPort, MonitorBaudRate);
}
