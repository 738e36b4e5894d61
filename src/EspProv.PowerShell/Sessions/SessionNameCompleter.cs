using System.Collections;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Sessions;

/// <summary>Offers the device names of the listed sessions.</summary>
public sealed class SessionNameCompleter : ValueCompleter
{
    private protected override bool IsPattern => true;

    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        SessionRegistry.Current.All
            .DistinctBy(session => session.Name)
            .Select(session => (session.Name, $"session {session.Id} at {session.Address}"));
}
