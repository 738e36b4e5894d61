using System.IO.Pipelines;
using System.Text;
using EspProv.Board.Log;
using EspProv.Tests.Support;
using EspProv.Transports.Serial;

namespace EspProv.Tests.Board.Log;

public class BoardLogWatchTests
{
    private const string Started = "I (1) network_prov_mgr: Provisioning started with service name : PROV_1 \n";
    private const string Code = """https://espressif.github.io/esp-jumpstart/qrcode.html?data={"ver":"v1","name":"PROV_1","pop":"abcd1234","transport":"ble"}""" + "\n";

    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly List<BoardLogEntry> _entries = [];

    [Theory]
    [InlineData("I (1) app: Already provisioned, starting Wi-Fi STA\n", BoardState.AlreadyProvisioned)]
    [InlineData("I (1) esp_netif_handlers: sta ip: 10.0.0.2, mask: 255.0.0.0, gw: 10.0.0.1\n", BoardState.Connected)]
    [InlineData("I (1) network_prov_mgr: Thread attached\n", BoardState.Connected)]
    [InlineData("E (1) app: Provisioning failed!\n\tReason : Wi-Fi access-point not found\n", BoardState.Failed)]
    [InlineData("Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\n", BoardState.Failed)]
    [InlineData(Started + Code, BoardState.Provisioning)]
    public async Task Ends_when_a_state_is_reached(string log, BoardState state)
    {
        Write("\nI (0) app: x\n" + log + "I (9) app: after\n");
        Assert.True(await WatchAsync([state], Timeout.InfiniteTimeSpan));
        Assert.Contains("I (0) app: x", _entries.Select(entry => entry.ToString()));
        Assert.IsType<BoardEvent>(_entries.Last(), exactMatch: false);
    }

    [Fact]
    public async Task Goes_on_at_a_state_that_was_not_asked_for_and_ends_with_the_time()
    {
        Write("I (1) app: Already provisioned, starting Wi-Fi STA\n" + Started + Code + "I (2) app: half");
        Assert.False(await WatchAsync([BoardState.Connected, BoardState.Failed], TimeSpan.FromMilliseconds(200)));
        Assert.Equal("I (2) app: half", _entries.Last().ToString());
    }

    [Fact]
    public async Task Provisioning_waits_for_the_qr_code_that_comes_right_after()
    {
        Task<bool> watch = WatchAsync([BoardState.Provisioning], Timeout.InfiniteTimeSpan);
        Write(Started);
        await Task.Delay(50);
        Write(Code);
        Assert.True(await watch);
        Assert.IsType<BoardQrCodeEvent>(_entries.Last());
    }

    [Fact]
    public async Task Provisioning_is_reached_without_a_qr_code_too()
    {
        Write(Started);
        Assert.True(await WatchAsync([BoardState.Provisioning], Timeout.InfiniteTimeSpan));
        Assert.Equal(BoardEventKind.ProvisioningStarted, _entries.OfType<BoardEvent>().Last().Kind);
    }

    [Fact]
    public async Task A_qr_code_without_a_service_name_or_from_before_a_reset_is_not_provisioning()
    {
        Write(Code + Started + "rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)\n" + Code);
        Assert.False(await WatchAsync([BoardState.Provisioning], TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public async Task The_port_is_read_no_further_while_what_was_read_is_not_taken()
    {
        var called = new TaskCompletionSource();
        var taken = new TaskCompletionSource();
        await using BoardLogWatch watch = await OpenAsync();
        int calls = 0;
        Task<bool> read = watch.ReadAsync(
            [],
            TimeSpan.FromMinutes(2),
            (_, _) =>
            {
                called.TrySetResult();
                return ++calls == 1 ? taken.Task : Task.CompletedTask;
            },
            default);
        Write("\nI (1) app: x\n");
        await called.Task;
        Write("I (2) app: Already provisioned\n");
        await Task.Delay(50);
        Assert.Equal(1, calls);
        taken.SetResult();
        await _pipe.Writer.CompleteAsync();
        await Assert.ThrowsAsync<ProvisioningException>(() => read);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task A_port_that_goes_away_is_an_error_that_says_so()
    {
        await _pipe.Writer.CompleteAsync();
        ProvisioningException lost = await Assert.ThrowsAsync<ProvisioningException>(() => WatchAsync([], Timeout.InfiniteTimeSpan));
        Assert.Equal(ProvisioningErrorReason.DeviceUnreachable, lost.Reason);
        Assert.Contains("went away", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_a_read_at_once()
    {
        using var stop = new CancellationTokenSource();
        await using BoardLogWatch watch = await OpenAsync();
        Task<bool> read = watch.ReadAsync([], Timeout.InfiniteTimeSpan, (_, _) => Task.CompletedTask, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task A_reset_holds_EN_low_and_leaves_the_boot_pin_alone()
    {
        var port = new Port(_pipe.Reader.AsStream());
        await using BoardLogWatch watch = await OpenAsync(port);
        Assert.True(await watch.ResetAsync(default));
        Assert.Equal(["rts=1 dtr=0", "rts=0 dtr=0"], port.Sets);
    }

    [Fact]
    public async Task A_reset_that_is_cancelled_does_not_leave_EN_low()
    {
        var port = new Port(_pipe.Reader.AsStream());
        await using BoardLogWatch watch = await OpenAsync(port);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch.ResetAsync(new CancellationToken(canceled: true)));
        Assert.Equal("rts=0 dtr=0", port.Sets.Last());
    }

    [Fact]
    public async Task A_port_without_such_lines_says_so()
    {
        await using BoardLogWatch without = await OpenAsync();
        Assert.False(await without.ResetAsync(default));
        await using BoardLogWatch refusing = await OpenAsync(new Port(_pipe.Reader.AsStream()) { IsRefusing = true });
        Assert.False(await refusing.ResetAsync(default));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_port_needs_a_name(string port) =>
        Assert.Equal(ProvisioningErrorReason.InvalidAddress, Assert.Throws<ProvisioningException>(() => new BoardLogWatch(port)).Reason);

    private void Write(string log) => _pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(log)).AsTask().GetAwaiter().GetResult();

    private async Task<bool> WatchAsync(BoardState[] until, TimeSpan timeout)
    {
        await using BoardLogWatch watch = await OpenAsync();
        return await watch.ReadAsync(
            until,
            timeout,
            (entries, _) =>
            {
                _entries.AddRange(entries);
                return Task.CompletedTask;
            },
            default);
    }

    private async Task<BoardLogWatch> OpenAsync(Stream? port = null)
    {
        var watch = new BoardLogWatch("/dev/ttyUSB0", includeSecrets: false, () => port ?? _pipe.Reader.AsStream(), TimeProvider.System);
        await watch.OpenAsync();
        return watch;
    }

    private sealed class Port(Stream stream) : PortStream, IModemLines
    {
        public List<string> Sets { get; } = [];

        public bool IsRefusing { get; init; }

        public void Set(bool dtr, bool rts)
        {
            if (IsRefusing)
                throw new IOException("Inappropriate ioctl for device");
            Sets.Add($"rts={(rts ? 1 : 0)} dtr={(dtr ? 1 : 0)}");
        }

        public override int Read(byte[] buffer, int offset, int count) => stream.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => stream.ReadAsync(buffer, cancellationToken);
    }
}
