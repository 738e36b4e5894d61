using System.Text;
using System.Threading.Channels;
using EspProv.Tests.Support;
using EspProv.Transports.Serial;
using EspProv.Virtual.Board;

namespace EspProv.Tests.Board.Loader;

/// <summary>A virtual board behind a port whose lines start its loader or its application, which prints what a test specifies.</summary>
/// <param name="flash">Its flash.</param>
/// <param name="print">What it prints when it is started for the first, second, ... time.</param>
internal sealed class CircuitBoard(VirtualFlash flash, Func<int, IEnumerable<string>> print) : PortStream, IModemLines
{
    private static readonly byte[] Refused = [0xC0, 1, 0x0E, 4, 0, 0, 0, 0, 0, 1, 5, 0, 0, 0xC0];

    private readonly Channel<byte[]> _answers =
        Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });
    private IEnumerator<string> _log = Enumerable.Empty<string>().GetEnumerator();
    private VirtualRom? _loader;
    private byte[] _rest = [];

    /// <summary>How often its application was started.</summary>
    public int Starts { get; private set; }

    /// <summary>Whether its EN pin is held low, so that it is off.</summary>
    public bool IsHeldOff { get; private set; }

    /// <summary>Whether it is in its loader.</summary>
    public bool IsInLoader => _loader is not null;

    /// <summary>Whether its ROM refuses to read flash.</summary>
    public bool RefusesReading { get; init; }

    public void Set(bool dtr, bool rts)
    {
        bool wasHeldOff = IsHeldOff;
        IsHeldOff = rts && !dtr;
        if (IsHeldOff)
            _loader = null;
        else if (wasHeldOff)
            Start(intoLoader: dtr && !rts);
    }

    public void Start(bool intoLoader)
    {
        _loader = intoLoader ? new VirtualRom(flash, "PROV_261FCC") : null;
        _log = intoLoader ? Enumerable.Empty<string>().GetEnumerator() : print(++Starts).GetEnumerator();

        // Completes a pending read immediately.
        if (_log.MoveNext())
            _answers.Writer.TryWrite(Encoding.UTF8.GetBytes(_log.Current));
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_loader is not { } loader)
            return default;
        byte[] answer = RefusesReading && buffer.Span[2] == 0x0E ? Refused : loader.Take(buffer.Span);
        if (answer.Length > 0)
            _answers.Writer.TryWrite(answer);
        if (loader.IsRestartRequested)
            Start(intoLoader: false);
        return default;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.Length == 0 && !_answers.Reader.TryRead(out _rest!))
            _rest = _log.MoveNext() ? Encoding.UTF8.GetBytes(_log.Current) : await _answers.Reader.ReadAsync(cancellationToken);
        int count = Math.Min(buffer.Length, _rest.Length);
        _rest.AsMemory(0, count).CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }
}
