using EspProv.Board.Loader;
using EspProv.Board.Partitions;
using EspProv.Virtual;
using EspProv.Virtual.Board;
using Xunit.Abstractions;

namespace EspProv.Tests.Board.Loader;

/// <summary>Requests to the loader of a virtual board, over a faulty cable: only the partition is ever changed.</summary>
public sealed class BoardLoaderTests(ITestOutputHelper output)
{
    private const uint Offset = 0x9000;
    private const uint Size = 0x6000;
    private const int Runs = 10_000;

    [Fact]
    public async Task A_board_says_what_it_is()
    {
        var flash = new VirtualFlash();
        await using BoardLoader loader = await ConnectAsync(new BoardStream(new VirtualRom(flash, "PROV_261FCC"), _ => LineFault.None, new Random(1)));
        BoardInfo board = await loader.IdentifyAsync(partitionTableOffset: null, default);
        Assert.Equal(
            ("ESP32-C3", "v0.4", "7C:DF:A1:26:1F:CC", "PROV_261FCC", 4L << 20, false),
            (board.Chip, board.Revision, board.MacAddress, board.ServiceName, board.FlashSize, board.HasSecureBoot));
        Assert.Equal(["nvs 0x9000 0x6000", "phy_init 0xf000 0x1000", "factory 0x10000 0x100000"], board.Partitions.Select(partition => partition.ToString()));
    }

    [Fact]
    public async Task A_table_that_is_not_there_is_none()
    {
        await using BoardLoader loader = await ConnectAsync(
            new BoardStream(new VirtualRom(new VirtualFlash(), "PROV_261FCC"), _ => LineFault.None, new Random(1)));
        Assert.Empty((await loader.IdentifyAsync(0x20000, default)).Partitions);
    }

    [Fact]
    public async Task A_partition_is_erased_once_and_that_is_proved()
    {
        VirtualFlash flash = Provisioned();
        byte[] before = flash.Read(0, VirtualFlash.Size);
        await using BoardLoader loader = await ConnectAsync(new BoardStream(new VirtualRom(flash, "PROV_261FCC"), _ => LineFault.None, new Random(1)));
        Assert.Equal(new BoardErasure(WasErased: false, Attempts: 1), await loader.EraseAsync(Offset, Size, default));
        Assert.Equal(new BoardErasure(WasErased: true, Attempts: 0), await loader.EraseAsync(Offset, Size, default));
        Assert.True(IsErased(flash));
        AssertOutsideIs(before, flash);
    }

    [Theory]
    [InlineData(0x9000, 0)]
    [InlineData(0x9000, 0x800)]
    [InlineData(0x9100, 0x1000)]
    [InlineData(0x1000, 0x1000)]
    [InlineData(0x8000, 0x1000)]
    [InlineData(0x3FF000, 0x2000)]
    [InlineData(0xFFFFF000, 0x2000)]
    public async Task A_range_that_cannot_be_one_is_refused(uint offset, uint size)
    {
        VirtualFlash flash = Provisioned();
        byte[] before = flash.Read(0, VirtualFlash.Size);
        await using BoardLoader loader = await ConnectAsync(new BoardStream(new VirtualRom(flash, "PROV_261FCC"), _ => LineFault.None, new Random(1)));
        BoardException error = await Assert.ThrowsAsync<BoardException>(() => loader.EraseAsync(offset, size, default));
        Assert.Equal(BoardProblem.RangeNotErasable, error.Problem);
        BoardInfo board = await loader.IdentifyAsync(partitionTableOffset: null, default);
        Assert.Equal(error.Message, Assert.Throws<BoardException>(() => loader.CheckRange(board, offset, size)).Message);
        Assert.Equal(before, flash.Read(0, VirtualFlash.Size));
    }

    [Theory]
    [InlineData(0x9000, 0x6000, null)]
    [InlineData(0xA000, 0x1000, null)]
    [InlineData(0x200000, 0x1000, null)]
    [InlineData(0xE000, 0x2000, "phy_init 0xf000 0x1000")]
    [InlineData(0x10000, 0x1000, "factory 0x10000 0x100000")]
    [InlineData(0x10F000, 0x2000, "factory 0x10000 0x100000")]
    public async Task A_range_may_hold_nothing_but_NVS_and_what_no_partition_has(uint offset, uint size, string? touched)
    {
        await using BoardLoader loader = await ConnectAsync(
            new BoardStream(new VirtualRom(Provisioned(), "PROV_261FCC"), _ => LineFault.None, new Random(1)));
        BoardInfo board = await loader.IdentifyAsync(partitionTableOffset: null, default);
        Exception? error = Record.Exception(() => loader.CheckRange(board, offset, size));
        if (touched is null)
            Assert.Null(error);
        else
            Assert.Contains(touched, Assert.IsType<BoardException>(error).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_before_the_first_partition_of_a_printed_table_may_be_that_table()
    {
        await using BoardLoader loader = await ConnectAsync(
            new BoardStream(new VirtualRom(Provisioned(), "PROV_261FCC"), _ => LineFault.None, new Random(1)));
        BoardInfo board = await loader.IdentifyAsync(0x20000, default) with
        {
            Partitions = [new BoardPartition { Label = "nvs", Type = 1, SubType = 2, Offset = 0x11000, Size = 0x6000 }],
        };
        Assert.Contains(
            "before 0x11000", Assert.Throws<BoardException>(() => loader.CheckRange(board, 0x10000, 0x1000)).Message, StringComparison.Ordinal);
        loader.CheckRange(board, 0x11000, 0x6000);
    }

    [Fact]
    public async Task A_board_that_takes_nothing_is_not_in_its_loader()
    {
        var options = new BoardLoaderOptions { TimeProvider = new JumpingTimeProvider() };
        BoardException error = await Assert.ThrowsAsync<BoardException>(
            () => BoardLoader.ConnectAsync(new FullStream(), "COM3", options, default));
        Assert.Equal(BoardProblem.BoardNotInLoader, error.Problem);
    }

    [Fact]
    public async Task Who_does_not_answer_is_not_in_the_loader()
    {
        BoardException error = await Assert.ThrowsAsync<BoardException>(() => ConnectAsync(
            new BoardStream(new VirtualRom(new VirtualFlash(), "PROV_261FCC"), _ => LineFault.Lost, new Random(1))));
        Assert.Equal(BoardProblem.BoardNotInLoader, error.Problem);
    }

    [Fact]
    public async Task Over_a_line_that_was_seen_to_garble_nothing_is_erased()
    {
        VirtualFlash flash = Provisioned();

        // The reply to the third request, which is not retried.
        var stream = new BoardStream(new VirtualRom(flash, "PROV_261FCC"), at => at == 5 ? LineFault.BehindText : LineFault.None, new Random(1));
        await using BoardLoader loader = await ConnectAsync(stream);
        BoardException error = await Assert.ThrowsAsync<BoardException>(() => loader.EraseAsync(Offset, Size, default));
        Assert.Equal(BoardProblem.BoardNvsNotErased, error.Problem);
        Assert.False(IsErased(flash));
    }

    [Fact]
    public async Task Whatever_is_lost_or_garbled_no_byte_outside_of_the_partition_changes_and_nothing_hangs()
    {
        VirtualFlash flash = Provisioned();
        byte[] before = flash.Read(0, VirtualFlash.Size);
        LineFault[] faults = Enum.GetValues<LineFault>();
        var outcomes = new Dictionary<string, int>();
        for (int run = 0; run < Runs; run++)
        {
            var random = new Random(run);

            // First each message with each fault, then several random faults.
            int single = run / faults.Length;
            Func<int, LineFault> faultOf = run < 40 * faults.Length
                ? at => at == single ? faults[run % faults.Length] : LineFault.None
                : _ => random.Next(12) == 0 ? faults[random.Next(faults.Length)] : LineFault.None;
            flash.StoreNvs(Credentials);
            string outcome = await EraseAsync(new BoardStream(new VirtualRom(flash, "PROV_261FCC"), faultOf, random)).WaitAsync(TimeSpan.FromSeconds(60));
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            Assert.True(outcome is not ("Erased" or "WasErased") || IsErased(flash), $"run {run}: {outcome}");
            AssertOutsideIs(before, flash);
        }

        foreach ((string outcome, int count) in outcomes.OrderByDescending(outcome => outcome.Value))
            output.WriteLine($"{count} {outcome}");
        Assert.True(outcomes["Erased"] > Runs / 10);
    }

    private static StoredCredentials Credentials { get; } =
        new("MyHomeWiFiAP"u8.ToArray(), new byte[StoredCredentials.SaltLength], new byte[StoredCredentials.DigestLength]);

    private static VirtualFlash Provisioned()
    {
        var flash = new VirtualFlash();
        flash.StoreNvs(Credentials);
        return flash;
    }

    private static async Task<string> EraseAsync(BoardStream stream)
    {
        try
        {
            await using BoardLoader loader = await ConnectAsync(stream);
            return (await loader.EraseAsync(Offset, Size, default)).WasErased ? "WasErased" : "Erased";
        }
        catch (BoardException exception)
        {
            return exception.Problem.ToString();
        }
        catch (ProvisioningException exception)
        {
            return exception.Reason.ToString();
        }
    }

    private static Task<BoardLoader> ConnectAsync(BoardStream stream) => BoardLoader.ConnectAsync(
        stream, "COM3", new BoardLoaderOptions { IsInLoader = true, TimeProvider = new JumpingTimeProvider() }, default);

    private static bool IsErased(VirtualFlash flash) => flash.Read(Offset, Size).AsSpan().IndexOfAnyExcept((byte)0xFF) < 0;

    private static void AssertOutsideIs(byte[] before, VirtualFlash flash)
    {
        byte[] now = flash.Read(0, VirtualFlash.Size);
        Assert.True(now.AsSpan(0, (int)Offset).SequenceEqual(before.AsSpan(0, (int)Offset)));
        Assert.True(now.AsSpan((int)(Offset + Size)).SequenceEqual(before.AsSpan((int)(Offset + Size))));
    }
}
