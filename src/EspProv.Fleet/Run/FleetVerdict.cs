namespace EspProv.Fleet.Run;

/// <summary>What to do with a row.</summary>
public enum FleetVerdictKind
{
    /// <summary>Hand it over.</summary>
    Ready,

    /// <summary>Nothing: it has its result.</summary>
    Settled,

    /// <summary>Nothing: another station does it.</summary>
    NotOurs,
}

/// <summary>What examining a row gave.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Result">The result of a settled row.</param>
public sealed record FleetVerdict(FleetVerdictKind Kind, FleetResult? Result);
