using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace EspProv.Host.DBus;

/// <summary>
/// A bus's socket that fails at the header of a message that is too long: the library accepts up to 128 MiB, and reads a whole message
/// before returning it.
/// </summary>
internal sealed class DBusStream : NetworkStream
{
    /// <summary>The longest received message, in bytes: room for thousands of access points or Bluetooth devices.</summary>
    internal const int MaxMessageSize = 8 * 1024 * 1024;

    // The header up to the length of its fields.
    private readonly byte[] _header = new byte[16];
    private int _filled;
    private long _rest;
    private bool _isAuthenticated;

    private DBusStream(Socket socket)
        : base(socket, ownsSocket: true)
    {
    }

    /// <summary>Connects to the first reachable socket of a bus address.</summary>
    /// <exception cref="SocketException">None is reachable.</exception>
    /// <exception cref="ArgumentException">The address names no socket.</exception>
    /// <exception cref="FormatException">The address names no socket.</exception>
    public static async Task<DBusStream> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        SocketException? first = null;
        foreach (EndPoint endPoint in DBusAddress.Parse(address))
        {
            Socket socket = endPoint is UnixDomainSocketEndPoint
                ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                : new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
                return new DBusStream(socket);
            }
            catch (Exception exception)
            {
                socket.Dispose();
                if (exception is not SocketException failed)
                    throw;
                first ??= failed;
            }
        }

        throw first ?? (Exception)new ArgumentException("It names no socket.");
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">A message is longer than <see cref="MaxMessageSize"/>.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (_isAuthenticated)
            Follow(buffer.Span[..count]);
        return count;
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The last line of the authentication; messages follow.
        _isAuthenticated |= buffer.Span.SequenceEqual("BEGIN\r\n"u8);
        return base.WriteAsync(buffer, cancellationToken);
    }

    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int taken;
            if (_rest > 0)
            {
                taken = (int)Math.Min(_rest, bytes.Length);
                _rest -= taken;
            }
            else
            {
                taken = Math.Min(_header.Length - _filled, bytes.Length);
                bytes[..taken].CopyTo(_header.AsSpan(_filled));
                _filled += taken;
                if (_filled == _header.Length)
                    (_filled, _rest) = (0, LengthAfter(_header));
            }

            bytes = bytes[taken..];
        }
    }

    private static long LengthAfter(ReadOnlySpan<byte> header)
    {
        bool isBigEndian = header[0] == (byte)'B';
        long length = Number(header[4..]) + ((Number(header[12..]) + 7) & ~7L);
        return header.Length + length <= MaxMessageSize
            ? length
            : throw new InvalidDataException($"A message on the bus is longer than {MaxMessageSize >> 20} MiB.");

        long Number(ReadOnlySpan<byte> bytes) =>
            isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
