using EspProv.Board.Loader;
using EspProv.Board.Partitions;
using EspProv.Virtual;
using EspProv.Virtual.Board;

namespace EspProv.Tests.Board.Loader;

/// <summary>Boards whose flash gives no partition table: it is read from the bootloader's log, and checked.</summary>
public sealed class PrintedTableTests
{
    private const string Reset = "rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)\r\n";
    private const string Size = "I (50) boot.esp32c3: SPI Flash Size : 4MB\r\n";
    private const string Head = "I (60) boot: Partition Table:\r\nI (61) boot: ## Label            Usage          Type ST Offset   Length\r\n";
    private const string Nvs = "I (62) boot:  0 nvs              WiFi data        01 02 00009000 00006000\r\n";
    private const string Factory = "I (63) boot:  1 factory          factory app      00 00 00010000 00100000\r\n";
    private const string End = "I (64) boot: End of partition table\r\n";
    private const string Table = Reset + Size + Head + Nvs + Factory + End;

    private readonly JumpingTimeProvider _clock = new();
    private readonly VirtualFlash _flash = Provisioned(isEncrypted: true);

    [Fact]
    public async Task An_encrypted_flash_has_no_table_and_the_log_has_it()
    {
        CircuitBoard board = new(_flash, _ => [Table[..100], Table[100..]]);
        await using BoardLoader loader = await ConnectAsync(board);
        BoardInfo inFlash = await loader.IdentifyAsync(null, default);
        Assert.Equal((PartitionTableSource.None, null), (inFlash.PartitionTableSource, inFlash.FlashSize));
        Assert.Equal("There is no partition table at 0x8000 in the flash of the board at COM3", inFlash.PartitionTableProblem);

        BoardInfo found = await loader.ReadPrintedTableAsync(inFlash, forErasing: false, default);

        Assert.Equal(["nvs 0x9000 0x6000", "factory 0x10000 0x100000"], found.Partitions.Select(partition => partition.ToString()));
        Assert.Equal((PartitionTableSource.BootLog, null, 4L << 20), (found.PartitionTableSource, found.PartitionTableProblem, found.FlashSize));
        Assert.Equal((inFlash.MacAddress, 1), (found.MacAddress, board.Starts));
        await loader.RestartAsync(default);
        Assert.Equal((1, false), (board.Starts, board.IsInLoader));
    }

    [Fact]
    public async Task A_partition_of_the_log_is_erased_after_the_loader_was_started_again()
    {
        byte[] before = _flash.Read(0, VirtualFlash.Size);
        CircuitBoard board = new(_flash, _ => [Table]);
        await using BoardLoader loader = await ConnectAsync(board);
        BoardInfo found = await loader.ReadPrintedTableAsync(await loader.IdentifyAsync(null, default), forErasing: true, default);
        Assert.Equal((2, false), (board.Starts, board.IsInLoader));
        BoardPartition nvs = found.Partitions.Single(partition => partition.IsNvs);

        Assert.Equal(new BoardErasure(WasErased: false, Attempts: 1), await loader.EraseAsync(nvs.Offset, nvs.Size, default));

        Assert.True(board.IsInLoader);
        before.AsSpan(0x9000, 0x6000).Fill(0xFF);
        Assert.Equal(before, _flash.Read(0, VirtualFlash.Size));
        await loader.RestartAsync(default);
        Assert.Equal((3, false), (board.Starts, board.IsInLoader));
    }

    [Fact]
    public async Task A_table_in_another_place_of_flash_that_can_be_read_is_in_the_log_too()
    {
        CircuitBoard board = new(Provisioned(isEncrypted: false), _ => [Table]);
        await using BoardLoader loader = await ConnectAsync(board);
        BoardInfo found = await loader.ReadPrintedTableAsync(await loader.IdentifyAsync(0x20000, default), forErasing: true, default);
        Assert.Equal((PartitionTableSource.BootLog, 2), (found.PartitionTableSource, found.Partitions.Count));
    }

    [Fact]
    public async Task A_ROM_that_refuses_to_read_flash_is_no_error()
    {
        CircuitBoard board = new(Provisioned(isEncrypted: false), _ => [Table]) { RefusesReading = true };
        await using BoardLoader loader = await ConnectAsync(board);
        BoardInfo found = await loader.ReadPrintedTableAsync(await loader.IdentifyAsync(null, default), forErasing: true, default);
        Assert.Equal(PartitionTableSource.BootLog, found.PartitionTableSource);
        Assert.Equal(new BoardErasure(WasErased: false, Attempts: 1), await loader.EraseAsync(0x9000, 0x6000, default));
    }

    [Fact]
    public async Task A_table_of_flash_is_used_without_a_restart()
    {
        CircuitBoard board = new(Provisioned(isEncrypted: false), _ => [Table]);
        await using BoardLoader loader = await ConnectAsync(board);
        BoardInfo inFlash = await loader.IdentifyAsync(null, default);
        Assert.Equal((PartitionTableSource.Flash, null), (inFlash.PartitionTableSource, inFlash.PartitionTableProblem));
        Assert.Same(inFlash, await loader.ReadPrintedTableAsync(inFlash, forErasing: true, default));
        Assert.Equal(0, board.Starts);
    }

    [Theory]
    [InlineData("00008000 00002000", "begins where bootloader and table are")]
    [InlineData("00000000 00006000", "begins where bootloader and table are")]
    [InlineData("00009000 00008000", "overlaps nvs")]
    [InlineData("00020000 00001000", "overlaps factory")]
    [InlineData("003ff000 00002000", "does not end within the flash")]
    [InlineData("fffff000 ffffffff", "does not end within the flash")]
    [InlineData("00009800 00001000", "does not begin where one can")]
    public async Task A_printed_table_that_cannot_be_right_is_not_used(string nvs, string problem)
    {
        string row = Nvs.Replace("00009000 00006000", nvs, StringComparison.Ordinal);
        CircuitBoard board = new(_flash, _ => [Size + Head + row + Factory + End]);
        await AssertNotFoundAsync(board, problem);
    }

    [Theory]
    [InlineData(Head + Nvs + End, "has no application")]
    [InlineData(Head + End, "its log shows none")]
    [InlineData(Head + Nvs + Factory, "its log shows none")]
    [InlineData(Nvs + Factory + End, "its log shows none")]
    [InlineData("", "its log shows none")]
    [InlineData("I (99) app: Hello\r\n" + Head + Nvs + Factory, "its log shows none")]
    public async Task A_log_without_a_whole_table_has_none(string log, string problem) =>
        await AssertNotFoundAsync(new CircuitBoard(_flash, _ => [Size + log]), problem);

    [Theory]
    [InlineData("")]
    [InlineData("I (50) boot.esp32c3: SPI Flash Size : 999MB\r\n")]
    [InlineData("I (50) app: SPI Flash Size : 4MB\r\n")]
    public async Task A_table_of_a_flash_of_unknown_size_is_not_erased_by(string size) =>
        await AssertNotFoundAsync(new CircuitBoard(_flash, _ => [size + Head + Nvs + Factory + End]), "how large the flash is");

    [Fact]
    public async Task A_table_with_more_entries_than_one_holds_is_not_used()
    {
        string rows = string.Concat(Enumerable.Range(0, 100).Select(i => $"I (62) boot: {i,2} nvs{i,-13} WiFi data        01 02 {0x200000 + (i * 0x1000):x8} 00001000\r\n"));
        await AssertNotFoundAsync(new CircuitBoard(_flash, _ => [Size + Head + Factory + rows + End]), "too many entries");
    }

    [Theory]
    [InlineData("I (9) app: Hello\r\n")]
    [InlineData(Head + Nvs)]
    [InlineData(Reset + Head + Nvs + Factory)]
    [InlineData("endless")]
    [InlineData("\0")]
    public async Task A_log_that_never_ends_is_left(string again) =>
        await AssertNotFoundAsync(new CircuitBoard(_flash, _ => Endless(again)), "its log shows none");

    [Fact]
    public async Task A_table_that_differs_at_the_next_start_is_not_erased_by()
    {
        CircuitBoard board = new(_flash, start => [start == 1 ? Table : Table.Replace("00009000", "00209000", StringComparison.Ordinal)]);
        await AssertNotFoundAsync(board, "another one at each start");
    }

    [Fact]
    public async Task A_port_that_goes_away_while_its_log_is_read_is_the_reason()
    {
        await AssertNotFoundAsync(new CircuitBoard(_flash, _ => Unplugged(Head + Nvs)), "went away");
    }

    [Fact]
    public async Task A_board_that_was_put_into_its_loader_by_hand_is_restarted_for_its_log_only_if_nothing_is_to_be_erased()
    {
        CircuitBoard board = new(_flash, _ => [Table]);
        board.Start(intoLoader: true);
        await using BoardLoader loader = await ConnectAsync(board, isInLoader: true);
        BoardInfo inFlash = await loader.IdentifyAsync(null, default);

        BoardInfo forErasing = await loader.ReadPrintedTableAsync(inFlash, forErasing: true, default);
        Assert.Contains("cannot be restarted", forErasing.PartitionTableProblem, StringComparison.Ordinal);
        Assert.Equal((0, true), (board.Starts, board.IsInLoader));

        Assert.Equal(2, (await loader.ReadPrintedTableAsync(inFlash, forErasing: false, default)).Partitions.Count);
        Assert.Equal((1, false), (board.Starts, board.IsInLoader));
    }

    [Fact]
    public async Task A_restart_that_is_cancelled_leaves_the_chip_on()
    {
        CircuitBoard board = new(_flash, _ => [Table]);
        await using BoardLoader loader = await ConnectAsync(board);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loader.StartAsync(new CancellationToken(canceled: true)));
        Assert.False(board.IsHeldOff);
    }

    [Fact]
    public async Task A_table_in_flash_whose_partitions_overlap_is_not_used()
    {
        VirtualFlash flash = Provisioned(isEncrypted: false);
        flash.Erase(0x8000, VirtualFlash.SectorSize);
        flash.Write(0x8000, [0xAA, 0x50, 1, 2, 0, 0x90, 0, 0, 0, 0x80, 0, 0, .. "nvs"u8, .. new byte[17]]);
        flash.Write(0x8020, [0xAA, 0x50, 0, 0, 0, 0, 1, 0, 0, 0, 0x10, 0, .. "factory"u8, .. new byte[13]]);
        CircuitBoard board = new(flash, _ => []);
        await using BoardLoader loader = await ConnectAsync(board);
        BoardInfo found = await loader.IdentifyAsync(null, default);
        Assert.Empty(found.Partitions);
        Assert.Contains("factory 0x10000 0x100000 overlaps nvs 0x9000 0x8000", found.PartitionTableProblem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_loader_does_not_reach_is_not_erased_in_a_larger_flash()
    {
        VirtualFlash flash = Provisioned(isEncrypted: false);
        flash.Erase(0, VirtualFlash.SectorSize);
        flash.Write(0, [0xE9, 0x04, 0x02, 0x5F]);
        await using BoardLoader loader = await ConnectAsync(new CircuitBoard(flash, _ => []));
        Assert.Equal(32L << 20, (await loader.IdentifyAsync(null, default)).FlashSize);
        BoardException error = await Assert.ThrowsAsync<BoardException>(() => loader.EraseAsync(0x1000000, 0x1000, default));
        Assert.Equal(BoardProblem.RangeNotErasable, error.Problem);
    }

    private async Task AssertNotFoundAsync(CircuitBoard board, string problem)
    {
        byte[] before = _flash.Read(0, VirtualFlash.Size);
        await using BoardLoader loader = await ConnectAsync(board);
        BoardInfo found = await loader.ReadPrintedTableAsync(await loader.IdentifyAsync(null, default), forErasing: true, default);
        Assert.Empty(found.Partitions);
        Assert.Equal(PartitionTableSource.None, found.PartitionTableSource);
        Assert.Contains(problem, found.PartitionTableProblem, StringComparison.Ordinal);
        Assert.InRange(board.Starts, 1, 2);
        Assert.Equal(before, _flash.Read(0, VirtualFlash.Size));
    }

    private IEnumerable<string> Endless(string again)
    {
        while (true)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            yield return again;
        }
    }

    private static IEnumerable<string> Unplugged(string log)
    {
        yield return log;
        throw new IOException("unplugged");
    }

    private static VirtualFlash Provisioned(bool isEncrypted)
    {
        var flash = new VirtualFlash(isEncrypted);
        flash.StoreNvs(new StoredCredentials("MyHomeWiFiAP"u8.ToArray(), new byte[StoredCredentials.SaltLength], new byte[StoredCredentials.DigestLength]));
        return flash;
    }

    private Task<BoardLoader> ConnectAsync(CircuitBoard board, bool isInLoader = false) => BoardLoader.ConnectAsync(
        board, "COM3", new BoardLoaderOptions { IsInLoader = isInLoader, TimeProvider = _clock }, default);
}
