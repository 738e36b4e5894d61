namespace EspProv.Board.Loader;

/// <summary>The result of erasing a range of a board's flash.</summary>
/// <param name="WasErased">Whether it was erased already, so that nothing was done.</param>
/// <param name="Attempts">How often it was erased until the ROM's MD5 confirmed it.</param>
public sealed record BoardErasure(bool WasErased, int Attempts);
