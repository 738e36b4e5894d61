using System.Collections;
using EspProv.Commands.Registry;

namespace EspProv.Commands.Completion;

/// <summary>Offers the device names of the sessions that there are.</summary>
public sealed class SessionNameCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        ModuleState.Current.Sessions.All
            .DistinctBy(session => session.Name)
            .Select(session => (session.Name, $"session {session.Id} at {session.Address}"));
}
