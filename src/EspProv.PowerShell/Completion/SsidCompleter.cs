using System.Collections;
using System.Globalization;
using System.Management.Automation;
using EspProv.Commands.Registry;

namespace EspProv.Commands.Completion;

/// <summary>Offers the networks of the last scan of the sessions on the command line, or of all sessions.</summary>
public sealed class SsidCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        Sessions(boundParameters["Session"])
            .SelectMany(session => session.ScannedSsids.Select(ssid => (ssid, $"seen by {session.Name}")))
            .DistinctBy(entry => entry.ssid);

    private static IEnumerable<EspProvSession> Sessions(object? bound) => (bound is PSObject wrapped ? wrapped.BaseObject : bound) switch
    {
        EspProvSession session => [session],
        IEnumerable<EspProvSession> sessions => sessions,
        int or string => ModuleState.Current.Sessions.Find(Convert.ToString(bound, CultureInfo.InvariantCulture)!),
        _ => ModuleState.Current.Sessions.All,
    };
}
