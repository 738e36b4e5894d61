namespace EspProv.Fleet.Run;

/// <summary>What to do with a row.</summary>
public enum FleetVerdictKind
{
    /// <summary>Add it to the run.</summary>
    Ready,

    /// <summary>Nothing: it has its result.</summary>
    Settled,

    /// <summary>Nothing: it belongs to another shard.</summary>
    NotOurs,
}

/// <summary>The result of examining a row.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Result">The result of a settled row.</param>
public sealed record FleetVerdict(FleetVerdictKind Kind, FleetResult? Result);
