using System.Net.Sockets;

namespace EspProv.Transports.Http;

/// <summary>
/// A connection that acknowledges received segments immediately. The device sends a response in several small segments under Nagle's
/// algorithm, so delayed ACKs cost every exchange 40 ms or more (PROTOCOL.md §6).
/// </summary>
internal sealed class QuickAckStream : Stream
{
    private const int IpProtoTcp = 6;
    private const int LinuxTcpQuickAck = 12;
    private const int WindowsSioTcpSetAckFrequency = unchecked((int)0x98000017);

    private readonly Socket _socket;
    private readonly NetworkStream _inner;
    private bool _rearm = OperatingSystem.IsLinux();

    /// <summary>Owns <paramref name="socket"/> from now on.</summary>
    public QuickAckStream(Socket socket)
    {
        _socket = socket;
        _inner = new NetworkStream(socket, ownsSocket: true);
        if (OperatingSystem.IsWindows())
            AcknowledgeEverySegmentOnWindows();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The kernel leaves this mode when it considers the traffic interactive. Setting it before a receive covers the coming segments;
        // setting it afterwards sends the pending ACK, which the device's next segment waits for.
        AcknowledgeNow();
        int count = await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count > 0)
            AcknowledgeNow();
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        AcknowledgeNow();
        int read = _inner.Read(buffer, offset, count);
        if (read > 0)
            AcknowledgeNow();
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => _inner.Write(buffer, offset, count);

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    private void AcknowledgeNow()
    {
        if (!_rearm)
            return;
        try
        {
            int on = 1;
            _socket.SetRawSocketOption(
                IpProtoTcp, LinuxTcpQuickAck, System.Runtime.InteropServices.MemoryMarshal.AsBytes(new Span<int>(ref on)));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            _rearm = false; // Only an optimisation: failures (a sandbox, a closed socket) are ignored.
        }
    }

    private void AcknowledgeEverySegmentOnWindows()
    {
        try
        {
            _socket.IOControl(WindowsSioTcpSetAckFrequency, BitConverter.GetBytes(1), null);
        }
        catch (SocketException)
        {
            // As above: failures are ignored.
        }
    }
}
