using System.Collections;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Fleet;

/// <summary>Offers the halves of a plan, which show how a part is written.</summary>
public sealed class ShardCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        [("1/2", "the first half of the plan"), ("2/2", "the second half of the plan")];
}
