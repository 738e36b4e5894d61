using EspProv.Board.Loader;
using EspProv.Board.Log;
using EspProv.Board.Partitions;
using EspProv.Tests.Support;
using EspProv.Transports.Serial;
using EspProv.Virtual;
using EspProv.Virtual.Transports.Serial;

namespace EspProv.Tests.Board.Loader;

/// <summary>A virtual board with encrypted flash on a real pseudo-terminal, with lines that restart it.</summary>
public sealed class EncryptedBoardTests
{
    [SkippableFact]
    public async Task A_provisioned_board_is_cleared_by_the_table_of_its_log_and_says_that_it_provisions_again()
    {
        Skip.IfNot(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There are no pseudo-terminals on this system.");
        string state = Path.GetTempFileName();
        try
        {
            new DeviceStateFile(state).Save("MyHomeWiFiAP"u8.ToArray(), "mypassword"u8, SystemRandomSource.Instance);
            var options = new VirtualDeviceOptions { Name = "PROV_261FCC", ConnectDelay = TimeSpan.Zero, IsFlashEncrypted = true, ShowQr = true, StatePath = state };
            await using VirtualDevice device = await VirtualDevice.StartAsync(options, new SerialDeviceServer(), default);
            Assert.Equal(VirtualDeviceState.AlreadyProvisioned, device.State);
            await using (BoardLoader loader = await BoardLoader.ConnectAsync(new LinesOf(device), device.Address, new BoardLoaderOptions(), default))
            {
                BoardInfo board = await loader.ReadPrintedTableAsync(await loader.IdentifyAsync(null, default), forErasing: true, default);
                Assert.Equal((PartitionTableSource.BootLog, 4L << 20), (board.PartitionTableSource, board.FlashSize));
                BoardPartition nvs = board.Partitions.Single(partition => partition.IsNvs);
                Assert.False((await loader.EraseAsync(nvs.Offset, nvs.Size, default)).WasErased);
                Assert.Equal(new BoardStart(BoardState.Provisioning, "PROV_261FCC"), await loader.StartAsync(default));
            }

            await Condition.EventuallyAsync(() => device.State == VirtualDeviceState.Provisioning);
        }
        finally
        {
            File.Delete(state);
        }
    }

    // EN is low while RTS alone is raised, and the boot pin while DTR alone is.
    private sealed class LinesOf(VirtualDevice device) : PortStream, IModemLines
    {
        private readonly Stream _port = SerialLine.Open(device.Address, 115200);
        private bool _isHeldOff;

        public void Set(bool dtr, bool rts)
        {
            if (_isHeldOff && !(rts && !dtr))
                Task.Run(() => device.RestartAsync(intoLoader: dtr, default)).Wait();
            _isHeldOff = rts && !dtr;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _port.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _port.WriteAsync(buffer, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            _port.Dispose();
            base.Dispose(disposing);
        }
    }
}
