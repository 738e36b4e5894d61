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

    /// <summary>This module does not know the chip.</summary>
    BoardChipUnknown,

    /// <summary>The chip's eFuses restrict its loader, so that flash can be neither read nor verified.</summary>
    BoardSecureDownload,

    /// <summary>There is no partition table at the expected offset, or it is damaged.</summary>
    PartitionTableNotFound,

    /// <summary>There is no such partition, or it is not for NVS.</summary>
    PartitionNotFound,

    /// <summary>The range could not be verified as erased.</summary>
    BoardNvsNotErased,

    /// <summary>The range is invalid, or contains something other than NVS.</summary>
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
