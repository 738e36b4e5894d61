using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>A command that lets devices scan for networks.</summary>
public abstract class ScanCmdlet : SessionCmdlet
{
    private protected ScanCmdlet()
    {
    }

    /// <summary>Only the strongest find of each network.</summary>
    [Parameter]
    public SwitchParameter Unique { get; set; }

    /// <summary>The maximum number of finds to output, strongest first.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    /// <summary>How long the whole scan may take, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double Timeout { get; set; } = DefaultTimeouts.ScanSeconds;

    /// <summary>Scans with a progress bar.</summary>
    /// <param name="session">The session with the device.</param>
    /// <param name="kind">The kind of network.</param>
    /// <param name="scanAsync">Scans within the given time.</param>
    private protected T Scan<T>(
        EspProvSession session, string kind, Func<ProvisioningSession, TimeSpan, CancellationToken, Task<T>> scanAsync)
    {
        TimeSpan timeout = TimeoutOf(session, Timeout, nameof(Timeout));
        return session.Scan(this, kind, (core, token) => scanAsync(core, timeout, token));
    }

    /// <summary>Says why there is no output.</summary>
    /// <param name="session">The session with the device.</param>
    /// <param name="kind">The kind of network.</param>
    /// <param name="count">The number of finds before the selection by name.</param>
    /// <param name="finds">What was found: "routers".</param>
    private protected void WriteNoneSelected(EspProvSession session, string kind, int count, string finds) =>
        WriteVerboseOrHost(count == 0
            ? $"{session.Name} sees no {kind} network."
            : $"{session.Name} sees {count} {finds}, and none of a network of that name.");
}
