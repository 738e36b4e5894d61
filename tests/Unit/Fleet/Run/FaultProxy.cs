using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EspProv.Tests.Fleet.Run;

/// <summary>What happens to a message.</summary>
public enum MessageFault
{
    Drop,
    Delay,
    Truncate,
    Corrupt,
    Duplicate,
    Reset,
    Answer500,
}

/// <summary>Stands between a client and a device, and does something to one message: the request or the response of a number.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _device;
    private readonly int _number;
    private readonly bool _isRequest;
    private readonly MessageFault _fault;
    private readonly TimeSpan _delay;
    private readonly MemoryStream _seen = new();
    private readonly Task _accepting;
    private int _count;

    public FaultProxy(string device, int number, bool isRequest, MessageFault fault, TimeSpan delay)
    {
        _device = IPEndPoint.Parse(device);
        (_number, _isRequest, _fault, _delay) = (number, isRequest, fault, delay);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Whether the message came.</summary>
    public bool HasActed { get; private set; }

    /// <summary>All bytes that passed, both ways.</summary>
    public byte[] Seen
    {
        get
        {
            lock (_seen)
                return _seen.ToArray();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            using var device = new TcpClient();
            try
            {
                await device.ConnectAsync(_device, _stop.Token);
                while (await ReadMessageAsync(client.GetStream()) is { } request)
                {
                    int number = Interlocked.Increment(ref _count);
                    bool now = number == _number;
                    HasActed |= now;
                    if (now && _isRequest)
                    {
                        if (!await DoAsync(request, device, client))
                            return;
                    }
                    else
                    {
                        await SendAsync(device, request);
                    }

                    if (await ReadMessageAsync(device.GetStream()) is not { } response)
                        return;
                    if (now && !_isRequest)
                    {
                        if (!await DoAsync(response, client, client))
                            return;
                    }
                    else
                    {
                        await SendAsync(client, response);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One side went away, which is what this is about.
            }
        }
    }

    private async Task<bool> DoAsync(byte[] message, TcpClient destination, TcpClient client)
    {
        switch (_fault)
        {
            case MessageFault.Drop:
                await Task.Delay(_delay * 2, _stop.Token);
                return false;
            case MessageFault.Delay:
                await Task.Delay(_delay, _stop.Token);
                await SendAsync(destination, message);
                return true;
            case MessageFault.Truncate:
                await SendAsync(destination, message[..^((message.Length - BodyStart(message) + 1) / 2)]);
                return false;
            case MessageFault.Corrupt:
                await SendAsync(destination, Corrupted(message));
                return true;
            case MessageFault.Duplicate:
                await SendAsync(destination, [.. message, .. message]);
                return true;
            case MessageFault.Reset:
                client.LingerState = new LingerOption(true, 0);
                return false;
            default:
                await SendAsync(client, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                return false;
        }
    }

    private static byte[] Corrupted(byte[] message)
    {
        int start = BodyStart(message);
        if (start < message.Length)
            message[start + ((message.Length - start) / 2)] ^= 0x01;
        return message;
    }

    private static int BodyStart(byte[] message) => message.AsSpan().IndexOf("\r\n\r\n"u8) + 4;

    private async Task SendAsync(TcpClient to, byte[] message) => await to.GetStream().WriteAsync(message, _stop.Token);

    // A whole HTTP message with a Content-Length; null when the sender closes instead.
    private async Task<byte[]?> ReadMessageAsync(NetworkStream stream)
    {
        var message = new MemoryStream();
        byte[] buffer = new byte[8192];
        int expected = -1;
        while (expected < 0 || message.Length < expected)
        {
            int read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
                return null;
            message.Write(buffer, 0, read);
            byte[] soFar = message.ToArray();
            int body = BodyStart(soFar);
            if (expected < 0 && body > 3)
                expected = body + LengthOf(Encoding.ASCII.GetString(soFar, 0, body));
        }

        lock (_seen)
            _seen.Write(message.GetBuffer(), 0, (int)message.Length);
        return message.ToArray();
    }

    private static int LengthOf(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
        .Select(line => int.Parse(line.AsSpan("Content-Length:".Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture))
        .FirstOrDefault();
}
