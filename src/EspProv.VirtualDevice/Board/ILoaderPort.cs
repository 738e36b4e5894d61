namespace EspProv.Virtual.Board;

/// <summary>A transport over which a board's ROM loader can be reached.</summary>
internal interface ILoaderPort
{
    /// <summary>Connects the loader to the line until the transport is stopped, or the loader is asked to restart the board.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="restart">Called when the loader was asked to restart the board, and has ended.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    Task StartLoaderAsync(VirtualRom loader, Action restart, CancellationToken cancellationToken);
}
