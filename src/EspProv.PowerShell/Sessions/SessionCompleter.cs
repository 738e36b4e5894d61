using System.Collections;
using System.Globalization;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Sessions;

/// <summary>Offers the numbers of the listed sessions.</summary>
public sealed class SessionCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        SessionRegistry.Current.All.Select(session =>
            (session.Id.ToString(CultureInfo.InvariantCulture), $"{session.Name} at {session.Address}, {session.State}"));
}
