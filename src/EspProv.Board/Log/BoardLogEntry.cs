namespace EspProv.Board.Log;

/// <summary>What a board's log has: a line, or an event that lines tell of.</summary>
public abstract class BoardLogEntry
{
    private protected BoardLogEntry(long number, long? milliseconds)
    {
        Number = number;
        Milliseconds = milliseconds;
    }

    /// <summary>The number of the line, from 1; of an event, the line that completed it.</summary>
    public long Number { get; }

    /// <summary>
    /// The line's timestamp in milliseconds: since the board started, since midnight where firmware prints the system time, or since 1970
    /// where it prints Unix time. Null where the line has none; an event of a line without one has that of the message before.
    /// </summary>
    public long? Milliseconds { get; }
}
