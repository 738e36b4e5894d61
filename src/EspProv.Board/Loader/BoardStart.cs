using EspProv.Board.Log;

namespace EspProv.Board.Loader;

/// <summary>What a board printed when it started. It is the board's word.</summary>
/// <param name="State">What it does; null if it did not say so in time.</param>
/// <param name="ServiceName">The name that it waits to be provisioned under, as text to show; null for none.</param>
public sealed record BoardStart(BoardState? State, string? ServiceName);
