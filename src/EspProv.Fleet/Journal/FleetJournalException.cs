namespace EspProv.Fleet.Journal;

/// <summary>What can be wrong with a journal. The names are stable error ids.</summary>
public enum FleetJournalProblem
{
    /// <summary>There is one already, and nobody said to resume it.</summary>
    JournalExists,

    /// <summary>Another run has it open.</summary>
    JournalInUse,

    /// <summary>It was written for another plan, or another shard of it.</summary>
    JournalOfAnotherPlan,

    /// <summary>It is not a journal, or is damaged elsewhere than in its last line.</summary>
    JournalNotReadable,

    /// <summary>It cannot be written: no permission, no room.</summary>
    JournalNotWritable,
}

/// <summary>A run cannot be recorded, and therefore not be run; or a journal cannot be read.</summary>
public sealed class FleetJournalException : Exception
{
    /// <summary>Makes one.</summary>
    public FleetJournalException(FleetJournalProblem problem, string message, Exception? innerException = null)
        : base(UntrustedText.Show(message), UntrustedText.Show(innerException)) => Problem = problem;

    /// <summary>What is wrong.</summary>
    public FleetJournalProblem Problem { get; }
}
