using System.Text;

namespace EspProv.Boards.Log;

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
    private long _number;

    /// <summary>Starts at the start of a log, or anywhere in it.</summary>
    /// <param name="includeSecrets">Leave passphrases and proofs of possession in the text of lines.</param>
    public BoardLogParser(bool includeSecrets = false) => _includeSecrets = includeSecrets;

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
        foreach ((LogHeader header, string text) in LogHeader.Split(UntrustedText.Show(line)))
        {
            var at = new LogPosition(++_number, header.Milliseconds);
            code ??= _reader.ReadQrCode(at, Encoding.UTF8.GetString(line));
            string? masked = _mask.Apply(header, text, out bool isRestSecret);
            string shown = masked ?? text;
            entries.Add(new BoardLogLine(at.Number, header, _includeSecrets ? text : shown, !_includeSecrets && masked is not null, isTruncated));
            _reader.Read(at, header, shown, entries);

            // A message of another task in the middle of a secret is lost with it.
            if (isRestSecret && !_includeSecrets)
                break;
        }

        if (code is not null)
            entries.Add(code);
    }
}
