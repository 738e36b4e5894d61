using System.Globalization;
using System.Text.RegularExpressions;
using EspProv.Board.Log;
using EspProv.Board.Partitions;

namespace EspProv.Board.Loader;

/// <summary>Reads what a board prints when it starts, on its loader's port. The text is untrusted; reading always ends.</summary>
internal sealed partial class StartLog(RomLoader rom, TimeProvider timeProvider)
{
    /// <summary>The timeout for the partition table, which the bootloader prints first.</summary>
    private static readonly TimeSpan TableTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The timeout for the application to report its state. Stock firmware needs one to two seconds.</summary>
    private static readonly TimeSpan StateTimeout = TimeSpan.FromSeconds(6);

    /// <summary>Reading ends after this time without a byte.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    /// <summary>Reads until the bootloader has printed its table.</summary>
    /// <returns>The table, without partitions if none was printed in time; and the size of the flash if it was printed.</returns>
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

    /// <summary>Reads until the application has reported its state.</summary>
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

    // Reads until take returns true, the timeout expires, or the board is silent.
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
/// <param name="Partitions">Its partitions, as printed; empty for no table.</param>
/// <param name="FlashSize">The size of the flash, in bytes; null if it was not printed.</param>
internal sealed record PrintedTable(IReadOnlyList<BoardPartition> Partitions, uint? FlashSize)
{
    /// <summary>Whether another table has the same partitions.</summary>
    public bool HasSameAs(PrintedTable other) => Partitions.Select(Describe).SequenceEqual(other.Partitions.Select(Describe));

    private static (string Label, byte Type, byte SubType, uint Offset, uint Size) Describe(BoardPartition partition) =>
        (partition.Label, partition.Type, partition.SubType, partition.Offset, partition.Size);
}
