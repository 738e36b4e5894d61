using System.Collections;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Board;

/// <summary>Offers the default label of the NVS partition.</summary>
public sealed class NvsPartitionCompleter : ValueCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters) =>
        [("nvs", "the NVS partition of the vendor's partition tables")];
}
