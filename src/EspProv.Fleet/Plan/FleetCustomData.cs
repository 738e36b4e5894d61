namespace EspProv.Fleet.Plan;

/// <summary>Data for one of the application's endpoints. It may be secret.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Data">What is sent.</param>
/// <param name="Column">The column that it comes from, for messages.</param>
public sealed record FleetCustomData(string Endpoint, ReadOnlyMemory<byte> Data, string Column)
{
    /// <summary>The most bytes that an entry may have; far above what any firmware has a buffer for.</summary>
    public const int MaxLength = 1_048_576;

    /// <summary>Never the data.</summary>
    public override string ToString() => Endpoint;
}
