using EspProv.Board.Loader;
using EspProv.Board.Log;
using EspProv.Virtual.Board;

namespace EspProv.Tests.Board.Loader;

/// <summary>What a board prints when it is started from its loader.</summary>
public sealed class BoardStartTests
{
    private const string Boot = "ESP-ROM:esp32c3-api1-20210207\r\nrst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)\r\nI (445) app: x\r\n";
    private const string Started = "I (1045) network_prov_mgr: Provisioning started with service name : PROV_261FCC \r\n";
    private const string Code = """https://espressif.github.io/esp-jumpstart/qrcode.html?data={"ver":"v1","name":"PROV_1","pop":"abcd1234","transport":"ble"}""" + "\r\n";

    private readonly JumpingTimeProvider _clock = new();
    private TimeSpan _took;

    [Theory]
    [InlineData(Started, BoardState.Provisioning, "PROV_261FCC")]
    [InlineData(Code + Started + Code, BoardState.Provisioning, "PROV_261FCC")]
    [InlineData("I (600) app: Already provisioned, starting Wi-Fi STA\r\n" + Started, BoardState.AlreadyProvisioned, null)]
    [InlineData("I (900) esp_netif_handlers: sta ip: 10.0.0.2, mask: 255.0.0.0, gw: 10.0.0.1\r\n", BoardState.Connected, null)]
    [InlineData("Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\r\n" + Boot + Started, BoardState.Failed, null)]
    [InlineData("I (600) app: Hello\r\n", null, null)]
    [InlineData("", null, null)]
    public async Task It_is_the_state_that_the_log_tells_of_first(string log, BoardState? state, string? name)
    {
        Assert.Equal(new BoardStart(state, name), await StartAsync(_ => [Boot + log]));
        Assert.Equal(new BoardStart(state, name), await StartAsync(_ => (Boot + log).Select(letter => letter.ToString())));
    }

    [Theory]
    [InlineData("I (9) app: Hello\r\n")]
    [InlineData("endless")]
    [InlineData(Boot)]
    [InlineData(Code)]
    public async Task A_log_that_never_ends_is_left(string again) =>
        Assert.Equal(new BoardStart(null, null), await StartAsync(_ => Endless(again)));

    [Fact]
    public async Task It_ends_at_once_when_it_is_known()
    {
        await StartAsync(_ => [Boot + Started, .. Endless("I (9) app: Hello\r\n").Take(1)]);
        Assert.InRange(_took, TimeSpan.Zero, TimeSpan.FromSeconds(2.9));
    }

    [Fact]
    public async Task A_name_is_text_to_show() => Assert.Equal(
        @"PROV_\u{9B}31m",
        (await StartAsync(_ => [Started.Replace("261FCC", "\u009b31m", StringComparison.Ordinal)])).ServiceName);

    [Fact]
    public async Task A_port_that_goes_away_is_an_error()
    {
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => StartAsync(_ => Unplugged()));
        Assert.Equal(ProvisioningErrorReason.DeviceUnreachable, error.Reason);
    }

    private async Task<BoardStart> StartAsync(Func<int, IEnumerable<string>> print)
    {
        var board = new CircuitBoard(new VirtualFlash(), print);
        await using BoardLoader loader = await BoardLoader.ConnectAsync(board, "COM3", new BoardLoaderOptions { TimeProvider = _clock }, default);
        long begin = _clock.GetTimestamp();
        BoardStart start = await loader.StartAsync(default);
        _took = _clock.GetElapsedTime(begin);
        Assert.Equal((1, false), (board.Starts, board.IsInLoader));
        return start;
    }

    private IEnumerable<string> Endless(string again)
    {
        while (true)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            yield return again;
        }
    }

    private static IEnumerable<string> Unplugged()
    {
        yield return Boot;
        throw new IOException("unplugged");
    }
}
