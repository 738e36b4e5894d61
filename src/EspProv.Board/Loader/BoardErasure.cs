namespace EspProv.Board.Loader;

/// <summary>What was done to a range of a board's flash.</summary>
/// <param name="WasErased">It was erased before, so that nothing was done.</param>
/// <param name="Attempts">How often it was erased until the ROM's MD5 proved it.</param>
public sealed record BoardErasure(bool WasErased, int Attempts);
