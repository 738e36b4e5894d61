using System.Globalization;
using System.Text.RegularExpressions;
using EspProv.Board.Log;
using EspProv.Board.Partitions;

namespace EspProv.Board.Loader;

/// <summary>
/// Reads what a board prints when it starts, on the port that its loader has. All of it is hostile, and the reading always ends.
/// </summary>
internal sealed partial class StartLog(RomLoader rom, TimeProvider timeProvider)
{
    /// <summary>How long the bootloader has to print the table: it is the first that it does.</summary>
    private static readonly TimeSpan TableTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long the application has to say what it does. Stock firmware needs one to two seconds.</summary>
    private static readonly TimeSpan StateTimeout = TimeSpan.FromSeconds(6);

    /// <summary>After how long without a byte nothing more is expected.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>Reads until the bootloader has printed its table.</summary>
    /// <returns>The table, with no partitions where there was none in time; and the size of the flash where that was printed.</returns>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.DeviceUnreachable"/>: the port went away.</exception>
    public async Task<PrintedTable> ReadTableAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<BoardPartition> partitions = [];
        uint? flashSize = null;
        await ReadAsync(TableTimeout, Take, cancellationToken).ConfigureAwait(false);
        return new PrintedTable(partitions, flashSize);

        bool Take(BoardLogEntry entry)
        {
            if (entry is BoardLogLine line)
                flashSize = FlashSizeOf(line) ?? flashSize;
            else if (entry is BoardPartitionTableEvent table)
                partitions = table.Partitions;
            return partitions.Count > 0;
        }
    }

    /// <summary>Reads until the application has said what it does.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.DeviceUnreachable"/>: the port went away.</exception>
    public async Task<BoardStart> ReadStateAsync(CancellationToken cancellationToken)
    {
        var start = new BoardStart(null, null);
        await ReadAsync(StateTimeout, Take, cancellationToken).ConfigureAwait(false);
        return start;

        bool Take(BoardLogEntry entry)
        {
            if (entry is BoardEvent { Kind: var kind } && BoardStates.Of(kind) is { } state)
                start = new BoardStart(state, (entry as BoardServiceNameEvent)?.ServiceName);
            return start.State is not null;
        }
    }

    // Until an entry is the last that is wanted, the time is over, or nothing comes.
    private async Task ReadAsync(TimeSpan timeout, Func<BoardLogEntry, bool> take, CancellationToken cancellationToken)
    {
        var parser = new BoardLogParser(startsInLine: true);
        long start = timeProvider.GetTimestamp();
        for (bool isOver = false; !isOver;)
        {
            TimeSpan left = timeout - timeProvider.GetElapsedTime(start);
            IReadOnlyList<BoardLogEntry>? entries = await rom.ReadLogAsync(
                parser, left < Silence ? left : Silence, cancellationToken).ConfigureAwait(false);
            isOver = entries is null;
            bool isFound = false;
            foreach (BoardLogEntry entry in entries ?? parser.Complete())
            {
                isFound = isFound || take(entry);
                (entry as BoardQrCodeEvent)?.Payload.Dispose();
            }

            isOver |= isFound;
        }
    }

    private static uint? FlashSizeOf(BoardLogLine line) =>
        line.Tag?.StartsWith("boot", StringComparison.Ordinal) == true && FlashSize().Match(line.Text) is { Success: true } size
            ? uint.Parse(size.Groups[1].Value, CultureInfo.InvariantCulture) * 1024 * 1024
            : null;

    [GeneratedRegex("^SPI Flash Size : (1|2|4|8|16|32|64|128)MB$", RegexOptions.CultureInvariant)]
    private static partial Regex FlashSize();
}

/// <summary>The table that a bootloader printed.</summary>
/// <param name="Partitions">Its partitions, as printed; none where there was no table.</param>
/// <param name="FlashSize">The size of the flash, in bytes; null where it was not printed.</param>
internal sealed record PrintedTable(IReadOnlyList<BoardPartition> Partitions, uint? FlashSize)
{
    /// <summary>Whether the other one has the same partitions.</summary>
    public bool HasSameAs(PrintedTable other) => Partitions.Select(Describe).SequenceEqual(other.Partitions.Select(Describe));

    private static (string Label, byte Type, byte SubType, uint Offset, uint Size) Describe(BoardPartition partition) =>
        (partition.Label, partition.Type, partition.SubType, partition.Offset, partition.Size);
}
