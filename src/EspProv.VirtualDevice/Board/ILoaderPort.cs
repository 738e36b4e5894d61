namespace EspProv.Virtual.Board;

/// <summary>A transport that a board's ROM loader can be reached over.</summary>
internal interface ILoaderPort
{
    /// <summary>Gives the wire to the loader until the transport is stopped, or the loader was asked to restart the board.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="restart">Called when it was asked to; the loader has ended then.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    Task StartLoaderAsync(RomLoader loader, Action restart, CancellationToken cancellationToken);
}
