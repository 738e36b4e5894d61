using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Networks.Thread;
using EspProv.Wire;

namespace EspProv.Commands.Thread;

/// <summary>Lets a device scan for Thread networks.</summary>
[Cmdlet(VerbsCommon.Get, "EspThreadScan", DefaultParameterSetName = AddressSet)]
[OutputType(typeof(EspThreadNetwork))]
public sealed class GetEspThreadScanCommand : ScanCmdlet
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

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        IReadOnlyList<ThreadNetwork> found = Scan(session, "Thread", (core, timeout, token) =>
            core.ScanThreadAsync(new ThreadScanOptions { Channels = Channel, Timeout = timeout }, token));
        ThreadNetwork[] bestFirst = [.. found.OrderByDescending(network => network.Rssi)];
        session.RememberScan(bestFirst);
        ThreadNetwork[] selected = [.. Selected(bestFirst).Take(First)];
        if (selected.Length == 0)
            WriteNoneSelected(session, "Thread", bestFirst.Length, "routers");
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
