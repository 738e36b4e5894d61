using System.Buffers;
using System.Globalization;

namespace EspProv.Fleet.Journal;

/// <summary>Reads a journal line by line. An incomplete last line is left out, and reported by <see cref="IsTorn"/>.</summary>
internal sealed class FleetJournalReader
{
    private static ReadOnlySpan<byte> Beginning => "{\"type\":\"run\""u8;

    private const int ChunkSize = 64 * 1024;
    private const int MaxLine = 1024 * 1024;

    /// <summary>The end of the last complete line.</summary>
    public long End { get; private set; }

    /// <summary>Whether an incomplete line follows.</summary>
    public bool IsTorn { get; private set; }

    /// <summary>The records, in order.</summary>
    /// <exception cref="FleetJournalException"><see cref="FleetJournalProblem.JournalNotReadable"/>.</exception>
    public IEnumerable<FleetJournalRecord> Read(Stream stream, string name)
    {
        var pending = new ArrayBufferWriter<byte>(ChunkSize);
        byte[] chunk = new byte[ChunkSize];
        int line = 0;
        FormatException? broken = null;
        for (int length; (length = stream.Read(chunk)) > 0;)
        {
            int start = 0;
            for (int feed; (feed = Array.IndexOf(chunk, (byte)'\n', start, length - start)) >= 0; start = feed + 1)
            {
                line++;
                pending.Write(chunk.AsSpan(start, feed - start));
                if (broken is not null)
                    throw NotReadable(name, line - 1, broken);
                FleetJournalRecord? record = null;
                try
                {
                    record = FleetJournalRecord.Parse(pending.WrittenMemory);
                    if (line == 1 && record is not FleetRunRecord)
                        throw new FormatException("The first line is not the start of a run.");
                }
                catch (FormatException exception)
                {
                    // Allowed for the last line: a file's blocks need not reach the disk in order.
                    broken = exception;
                }

                if (record is not null)
                {
                    End += pending.WrittenCount + 1;
                    yield return record;
                }

                pending.ResetWrittenCount();
            }

            pending.Write(chunk.AsSpan(start, length - start));
            if (pending.WrittenCount > MaxLine)
                throw NotReadable(name, line + 1, new FormatException("The line is too long."));
        }

        if (broken is not null && (line == 1 || pending.WrittenCount > 0))
            throw NotReadable(name, line, broken);
        if (line == 0 && !Beginning.StartsWith(pending.WrittenSpan[..Math.Min(pending.WrittenCount, Beginning.Length)]))
            throw NotReadable(name, 1, new FormatException("The first line is not the start of a run."));
        IsTorn = broken is not null || pending.WrittenCount > 0;
    }

    private static FleetJournalException NotReadable(string name, int line, FormatException cause) => new(
        FleetJournalProblem.JournalNotReadable,
        string.Create(CultureInfo.InvariantCulture, $"'{name}' is not a journal, or is damaged in line {line}: {cause.Message}"),
        cause);
}
