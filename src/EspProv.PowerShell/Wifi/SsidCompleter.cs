using System.Collections;
using EspProv.Commands.Sessions;

namespace EspProv.Commands.Wifi;

/// <summary>Offers the names of the networks of the last scan.</summary>
public class SsidCompleter : ScanCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Found(EspProvSession session, IDictionary boundParameters) =>
        session.WifiScan.Select(seen => NameOf(seen.SsidBytes)).OfType<string>().Select(ssid => (ssid, $"seen by {session.Name}"));
}

/// <summary>The same, for a parameter that accepts wildcards.</summary>
public sealed class SsidPatternCompleter : SsidCompleter
{
    private protected override bool IsPattern => true;
}
