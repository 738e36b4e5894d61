using EspProv.Board.Log;

namespace EspProv.Board.Loader;

/// <summary>What a board printed when it started. It is not authenticated: any firmware can print such lines.</summary>
/// <param name="State">Its state; null if it did not print it in time.</param>
/// <param name="ServiceName">The service name under which it waits for provisioning, as text to show; null for none.</param>
public sealed record BoardStart(BoardState? State, string? ServiceName);
