using System.Threading.Channels;
using EspProv.Tests.Support;
using EspProv.Virtual.Board;

namespace EspProv.Tests.Board.Loader;

/// <summary>A transmission fault of a message.</summary>
internal enum LineFault
{
    None,
    Lost,
    CutShort,
    Twice,
    Garbled,
    BehindText,
    Unplugged,
}

/// <summary>A cable to a virtual board in its loader: each request and each reply may have a fault.</summary>
/// <param name="loader">The board's loader.</param>
/// <param name="faultOf">The fault of a message by its number, from 0; a request and its reply are two messages.</param>
/// <param name="random">Chooses the bit that is garbled.</param>
internal sealed class BoardStream(VirtualRom loader, Func<int, LineFault> faultOf, Random random) : PortStream
{
    private static readonly byte[] Text = "I (12) boot: noise\r\n"u8.ToArray();

    // A pending read completes before the write returns, because the clock of these tests does not wait.
    private readonly Channel<byte[]> _answers =
        Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });
    private byte[] _rest = [];
    private bool _isUnplugged;

    /// <summary>The messages so far.</summary>
    public int Messages { get; private set; }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        LineFault fault = Next();
        ObjectDisposedException.ThrowIf(_isUnplugged, this);

        // The erase request has no checksum, so no client can handle a garbled one; this is why a line without faults is required.
        if (fault is LineFault.Garbled && buffer.Span[2] == 0x02)
            fault = LineFault.Lost;
        byte[] answer = loader.Take(Damage(buffer.ToArray(), fault));
        if (answer.Length == 0)
            return default;
        LineFault answerFault = Next();
        ObjectDisposedException.ThrowIf(_isUnplugged, this);
        byte[] damaged = Damage(answer, answerFault);
        if (damaged.Length > 0)
            _answers.Writer.TryWrite(damaged);
        return default;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.Length == 0)
            _rest = await _answers.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.AsMemory(0, count).CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    private LineFault Next()
    {
        LineFault fault = faultOf(Messages++);
        _isUnplugged |= fault is LineFault.Unplugged;
        if (_isUnplugged)
            _answers.Writer.TryComplete(new IOException("unplugged"));
        return fault;
    }

    private byte[] Damage(byte[] message, LineFault fault)
    {
        switch (fault)
        {
            case LineFault.Lost:
                return [];
            case LineFault.CutShort:
                return message[..(message.Length / 2)];
            case LineFault.Twice:
                return [.. message, .. message];
            case LineFault.BehindText:
                return [.. Text, .. message];
            case LineFault.Garbled:
                message[random.Next(message.Length)] ^= (byte)(1 << random.Next(8));
                return message;
            default:
                return message;
        }
    }
}
