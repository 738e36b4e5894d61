namespace EspProv.Tests.Support;

/// <summary>Tests that look at the memory of the whole process, and therefore run while no others do.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryTests
{
    public const string Name = "Memory";

    /// <summary>What is kept within its bound grows by less; a flood that is kept as text has at least twice that.</summary>
    public const long MaxGrowth = 8 * 1024 * 1024;
}
