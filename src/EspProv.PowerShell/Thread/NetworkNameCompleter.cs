using System.Collections;
using EspProv.Commands.Sessions;

namespace EspProv.Commands.Thread;

/// <summary>Offers the names of the Thread networks of the last scan.</summary>
public class NetworkNameCompleter : ScanCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Found(EspProvSession session, IDictionary boundParameters) =>
        session.ThreadScan
            .Select(heard => NameOf(heard.NetworkNameBytes)).OfType<string>()
            .Select(name => (name, $"heard by {session.Name}"));
}

/// <summary>The same, for a parameter that takes wildcards.</summary>
public sealed class NetworkNamePatternCompleter : NetworkNameCompleter
{
    private protected override bool IsPattern => true;
}
