using System.Text;

namespace EspProv.Board.Log;

/// <summary>
/// Parses the log that a board prints on its serial port, in chunks of any size, into lines and events. No input makes it throw, and it
/// buffers at most one line. A line is returned when its end was read. Not thread-safe.
/// </summary>
public sealed class BoardLogParser
{
    /// <summary>The most bytes of a line that are kept.</summary>
    public const int MaxLineLength = 4096;

    private readonly LineBuffer _buffer = new(MaxLineLength);
    private readonly SecretMask _mask = new();
    private readonly LogEventReader _reader = new();
    private readonly bool _includeSecrets;
    private bool _startsInLine;
    private long _number;
    private long? _milliseconds;

    /// <summary>Creates a parser that starts at the start of a log, or anywhere in it.</summary>
    /// <param name="includeSecrets">Whether to leave passphrases and proofs of possession in the text of lines.</param>
    /// <param name="startsInLine">Whether the first bytes may be the rest of a line, and so of a secret.</param>
    public BoardLogParser(bool includeSecrets = false, bool startsInLine = false)
    {
        _includeSecrets = includeSecrets;
        _startsInLine = startsInLine;
    }

    /// <summary>Adds bytes, and returns the lines that they complete, each followed by its events.</summary>
    public IReadOnlyList<BoardLogEntry> Add(ReadOnlySpan<byte> bytes)
    {
        var entries = new List<BoardLogEntry>();
        _buffer.Add(bytes, (line, isTruncated) => Read(line, isTruncated, entries));
        return entries;
    }

    /// <summary>Ends the log: returns a last line without a line end, and events that waited for more lines.</summary>
    public IReadOnlyList<BoardLogEntry> Complete()
    {
        var entries = new List<BoardLogEntry>();
        _buffer.Complete((line, isTruncated) => Read(line, isTruncated, entries));
        _reader.Complete(entries);
        return entries;
    }

    private void Read(ReadOnlySpan<byte> line, bool isTruncated, List<BoardLogEntry> entries)
    {
        BoardQrCodeEvent? code = null;
        List<(LogHeader Header, string Text)> parts = LogHeader.Split(UntrustedText.Show(line));
        for (int i = 0; i < parts.Count; i++)
        {
            (LogHeader header, string text) = parts[i];

            // A line without a header belongs to the message before it.
            if (header.Level is not BoardLogLevel.None)
                _milliseconds = header.Milliseconds;
            var at = new LogPosition(++_number, _milliseconds);
            code ??= _reader.ReadQrCode(at, Encoding.UTF8.GetString(line));
            string? masked = _mask.Apply(header, text, _startsInLine, out bool isRestSecret);
            _startsInLine = false;

            // A message of another task in the middle of a secret is dropped with it.
            bool isCut = isRestSecret && !_includeSecrets && i < parts.Count - 1;
            if (isCut)
                masked ??= text + SecretMask.Mask;
            string shown = masked ?? text;
            entries.Add(_includeSecrets
                ? new BoardLogLine(at.Number, header, text, isMasked: false, isTruncated)
                : new BoardLogLine(at.Number, header, shown, isMasked: masked is not null, isTruncated));
            _reader.Read(at, header, shown, entries);
            if (entries[^1] is BoardResetEvent)
                _milliseconds = null;
            if (isCut)
                break;
        }

        if (code is not null)
            entries.Add(code);
    }
}
