using System.Collections;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Board;

/// <summary>Offers the label that the NVS partition has unless a firmware names it otherwise.</summary>
public sealed class NvsPartitionCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        [("nvs", "the NVS partition of the vendor's partition tables")];
}
