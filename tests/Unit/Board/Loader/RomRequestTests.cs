using System.Threading.Channels;
using EspProv.Board.Loader;

namespace EspProv.Tests.Board.Loader;

/// <summary>Requests to ROMs whose replies differ from the virtual board's.</summary>
public sealed class RomRequestTests
{
    private static readonly byte[] Refused = Slip.Encode([1, 0x14, 4, 0, 0, 0, 0, 0, 1, 5, 0, 0]);
    private static readonly byte[] Magic = Slip.Encode([1, 0x0A, 4, 0, 0x83, 0x1D, 0xF0, 0, 0, 0, 0, 0]);

    [Fact]
    public async Task A_ROM_that_refuses_an_unknown_request_eight_times_is_not_a_line_with_faults()
    {
        var stream = new AnsweringStream(request => request[2] == 0x14 ? Enumerable.Repeat(Refused, 8) : [Magic]);
        var loader = new RomLoader(stream, "COM3", TimeProvider.System);
        Assert.Null(await loader.GetSecurityAsync(default));
        Assert.Equal(BoardChip.Esp32.Magic, await loader.ReadRegisterAsync(BoardChip.MagicRegister, default));
        Assert.False(loader.HasFaults);
    }

    [Fact]
    public async Task What_is_no_reply_is_a_fault_and_the_reply_behind_it_is_found()
    {
        var stream = new AnsweringStream(_ => [Slip.Encode("noise"u8), Magic]);
        var loader = new RomLoader(stream, "COM3", TimeProvider.System);
        Assert.Equal(BoardChip.Esp32.Magic, await loader.ReadRegisterAsync(BoardChip.MagicRegister, default));
        Assert.True(loader.HasFaults);
    }

    private sealed class AnsweringStream(Func<byte[], IEnumerable<byte[]>> answer) : MemoryStream
    {
        private readonly Channel<byte[]> _answers = Channel.CreateUnbounded<byte[]>();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            foreach (byte[] message in answer(buffer.ToArray()))
                _answers.Writer.TryWrite(message);
            return default;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            byte[] message = await _answers.Reader.ReadAsync(cancellationToken);
            message.CopyTo(buffer);
            return message.Length;
        }
    }
}
