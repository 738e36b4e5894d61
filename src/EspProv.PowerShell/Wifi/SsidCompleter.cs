using System.Collections;
using System.Globalization;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;

namespace EspProv.Commands.Wifi;

/// <summary>Offers the networks of the last scan of the sessions on the command line, or of all sessions.</summary>
public class SsidCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        Sessions(boundParameters["Session"])
            .SelectMany(session => session.ScannedSsids.Select(ssid => (ssid, $"seen by {session.Name}")))
            .DistinctBy(entry => entry.ssid);

    private static IEnumerable<EspProvSession> Sessions(object? bound) => PipelineValue.Unwrap(bound) switch
    {
        EspProvSession session => [session],
        IEnumerable<EspProvSession> sessions => sessions,
        int or string => SessionRegistry.Current.Find(Convert.ToString(bound, CultureInfo.InvariantCulture)!),
        _ => SessionRegistry.Current.All,
    };
}

/// <summary>The same, for a parameter that accepts wildcards.</summary>
public sealed class SsidPatternCompleter : SsidCompleter
{
    private protected override bool IsPattern => true;
}
