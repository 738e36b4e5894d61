namespace EspProv.Fleet.Journal;

/// <summary>Why a journal cannot be used. The names are stable error ids.</summary>
public enum FleetJournalProblem
{
    /// <summary>The file exists, and the run does not resume it.</summary>
    JournalExists,

    /// <summary>Another run has it open.</summary>
    JournalInUse,

    /// <summary>It is of another plan, or of another shard of the plan.</summary>
    JournalOfAnotherPlan,

    /// <summary>It is not a journal, or is damaged before its last line.</summary>
    JournalNotReadable,

    /// <summary>It cannot be written: no permission, or no space.</summary>
    JournalNotWritable,
}

/// <summary>A journal cannot be read, or cannot be written, which ends the run.</summary>
public sealed class FleetJournalException : Exception
{
    /// <summary>Initializes the exception.</summary>
    public FleetJournalException(FleetJournalProblem problem, string message, Exception? innerException = null)
        : base(UntrustedText.Show(message), UntrustedText.Show(innerException)) => Problem = problem;

    /// <summary>The problem.</summary>
    public FleetJournalProblem Problem { get; }
}
