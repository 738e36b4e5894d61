namespace EspProv.Board.Loader;

/// <summary>What can go wrong with a board's ROM loader. The names are stable error ids.</summary>
public enum BoardProblem
{
    /// <summary>The loader does not answer: the board is not in it, or is not an Espressif board.</summary>
    BoardNotInLoader,

    /// <summary>The loader did not answer a request, or answered something else.</summary>
    BoardNotAnswering,

    /// <summary>The loader refused a request.</summary>
    BoardRequestRefused,

    /// <summary>The chip is not one of those that this module knows.</summary>
    BoardChipUnknown,

    /// <summary>The chip's eFuses restrict its loader, so that flash can be neither read nor verified.</summary>
    BoardSecureDownload,

    /// <summary>There is no partition table where it was looked for, or it is damaged.</summary>
    PartitionTableNotFound,

    /// <summary>There is no such partition, or it is not for NVS.</summary>
    PartitionNotFound,

    /// <summary>The range was not proved to be erased.</summary>
    BoardNvsNotErased,

    /// <summary>A range of the flash is none, or holds something else than NVS.</summary>
    RangeNotErasable,
}

/// <summary>An error of a board's ROM loader.</summary>
/// <param name="problem">What went wrong.</param>
/// <param name="message">The message, safe to show.</param>
/// <param name="innerException">The cause; null for none.</param>
public sealed class BoardException(BoardProblem problem, string message, Exception? innerException = null)
    : Exception(UntrustedText.Show(message), innerException)
{
    /// <summary>What went wrong.</summary>
    public BoardProblem Problem { get; } = problem;
}
