using System.Text;

namespace EspProv.Board.Log;

/// <summary>
/// Reads the log that a board prints on its serial port: bytes in, in pieces of any size; lines and events out. Whatever the bytes are, it
/// throws nothing and keeps no more than a line. A line is written when its end was read. Not thread-safe.
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

    /// <summary>Starts at the start of a log, or anywhere in it.</summary>
    /// <param name="includeSecrets">Leave passphrases and proofs of possession in the text of lines.</param>
    /// <param name="startsInLine">The first bytes may be the rest of a line, and with it of a secret.</param>
    public BoardLogParser(bool includeSecrets = false, bool startsInLine = false)
    {
        _includeSecrets = includeSecrets;
        _startsInLine = startsInLine;
    }

    /// <summary>Takes bytes, and returns the lines that they complete, each followed by its events.</summary>
    public IReadOnlyList<BoardLogEntry> Add(ReadOnlySpan<byte> bytes)
    {
        var entries = new List<BoardLogEntry>();
        _buffer.Add(bytes, (line, isTruncated) => Read(line, isTruncated, entries));
        return entries;
    }

    /// <summary>The log has ended: returns a last line that has no end, and events that waited for more.</summary>
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

            // A message of another task in the middle of a secret is lost with it.
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
