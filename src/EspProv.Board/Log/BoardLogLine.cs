namespace EspProv.Board.Log;

/// <summary>A line of a board's log, without colours and control characters, as text to show.</summary>
public sealed class BoardLogLine : BoardLogEntry
{
    internal BoardLogLine(long number, LogHeader header, string text, bool isMasked, bool isTruncated)
        : base(number, header.Milliseconds)
    {
        Level = header.Level;
        Timestamp = header.Timestamp;
        Tag = header.Tag;
        Text = text;
        IsMasked = isMasked;
        IsTruncated = isTruncated;
    }

    /// <summary>Its level.</summary>
    public BoardLogLevel Level { get; }

    /// <summary>
    /// The timestamp as printed: <c>445</c>, <c>00:01:30.000</c>, <c>26-01-31 00:01:30.000</c>; null for none.
    /// </summary>
    public string? Timestamp { get; }

    /// <summary>The part of the firmware that wrote it; null for none.</summary>
    public string? Tag { get; }

    /// <summary>The message. Secrets are <c>***</c> unless they were requested.</summary>
    public string Text { get; }

    /// <summary>Whether something in the text was replaced because it may be secret.</summary>
    public bool IsMasked { get; }

    /// <summary>Whether the line was longer than <see cref="BoardLogParser.MaxLineLength"/>; the rest was dropped.</summary>
    public bool IsTruncated { get; }

    /// <summary>The line as a serial monitor shows it.</summary>
    public override string ToString()
    {
        if (Level is BoardLogLevel.None)
            return Text;
        string timestamp = Timestamp is null ? "" : $" ({Timestamp})";
        string tag = Tag is null ? "" : $" {Tag}:";
        return $"{Level.ToString()[0]}{timestamp}{tag} {Text}";
    }
}
