namespace EspProv.Board.Log;

/// <summary>An entry of a board's log: a line, or an event found in lines.</summary>
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
    /// The line's timestamp in milliseconds: since the board started, since midnight if firmware prints the system time, or since 1970 if
    /// it prints Unix time. Null for none; an event of a line without a timestamp has that of the previous message.
    /// </summary>
    public long? Milliseconds { get; }
}
