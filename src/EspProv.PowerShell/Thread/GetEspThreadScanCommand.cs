using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Networks.Thread;
using EspProv.Wire;

namespace EspProv.Commands.Thread;

/// <summary>Lets a device scan for Thread networks.</summary>
[Cmdlet(VerbsCommon.Get, "EspThreadScan", DefaultParameterSetName = AddressSet)]
[OutputType(typeof(EspThreadNetwork))]
public sealed class GetEspThreadScanCommand : SessionCmdlet
{
    /// <summary>Only networks with these names; wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(NetworkNamePatternCompleter))]
    [SupportsWildcards]
    public string[]? NetworkName { get; set; }

    /// <summary>Only these channels.</summary>
    [Parameter]
    [ValidateRange(ProtocolLimits.FirstThreadChannel, ProtocolLimits.LastThreadChannel)]
    public int[] Channel { get; set; } = [];

    /// <summary>Only the best router of each network.</summary>
    [Parameter]
    public SwitchParameter Unique { get; set; }

    /// <summary>The maximum number of routers to output, strongest first.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    /// <summary>How long the whole scan may take, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double Timeout { get; set; } = 30;

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        var options = new ThreadScanOptions { Channels = Channel, Timeout = TimeoutOf(session, Timeout, nameof(Timeout)) };
        IReadOnlyList<ThreadNetwork> found = WithProgress(
            $"Scanning from {session.Name}",
            "The device looks for Thread networks",
            () => AwaitInSession(session, (core, _, token) => core.ScanThreadAsync(options, token)));

        ThreadNetwork[] bestFirst = [.. found.OrderByDescending(network => network.Rssi)];
        session.RememberScan(bestFirst);
        ThreadNetwork[] selected = [.. Selected(bestFirst).Take(First)];
        if (selected.Length == 0)
        {
            WriteVerboseOrHost(bestFirst.Length == 0
                ? $"{session.Name} sees no Thread network."
                : $"{session.Name} sees {bestFirst.Length} routers, and none of a network of that name.");
        }

        foreach (ThreadNetwork network in selected)
            WriteObject(new EspThreadNetwork(session.Session.Device, kept, network));
    }

    private IEnumerable<ThreadNetwork> Selected(IReadOnlyList<ThreadNetwork> bestFirst)
    {
        IEnumerable<ThreadNetwork> selected = bestFirst;
        if (NetworkName is { Length: > 0 })
        {
            HashSet<ThreadNetwork> named = [.. NetworkName.SelectMany(name =>
                new NamePattern(name, ignoreCase: false).Select(bestFirst, network => [network.NetworkName]))];
            selected = bestFirst.Where(named.Contains);
        }

        // Only the extended PAN ID identifies a network; names and PAN IDs may repeat.
        return Unique ? selected.DistinctBy(network => network.ExtendedPanId) : selected;
    }
}
