using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EspProv.Tests.Virtual;

/// <summary>A socket to a device's HTTP server, with nothing in between that would tidy up what is sent or received.</summary>
internal sealed class RawHttpConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<byte> _received = [];

    /// <summary>How the connection ended, once a read has seen it.</summary>
    public ConnectionEnd End { get; private set; }

    public static async Task<RawHttpConnection> OpenAsync(string address)
    {
        var connection = new RawHttpConnection();
        await connection._socket.ConnectAsync(IPEndPoint.Parse(address));
        EnableQuickAck(connection._socket);
        return connection;
    }

    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _socket.SendAsync(bytes);
        }
        catch (SocketException)
        {
            // Closed by the device in the middle of it: what it answered is still to be read.
        }
    }

    /// <summary>Posts as the vendor's client does.</summary>
    public async Task<RawHttpResponse?> PostAsync(string endpoint, byte[] body, string? cookie = null)
    {
        string head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST /{endpoint} HTTP/1.1\r\nHost: device\r\nContent-type: application/x-www-form-urlencoded\r\nAccept: text/plain\r\nContent-Length: {body.Length}\r\n");
        if (cookie is not null)
            head += $"Cookie: {cookie}\r\n";
        await SendAsync([.. Encoding.Latin1.GetBytes(head + "\r\n"), .. body]);
        return await ReadResponseAsync();
    }

    /// <summary>Reads one response; null when the device closes first.</summary>
    public async Task<RawHttpResponse?> ReadResponseAsync()
    {
        int end;
        while ((end = Encoding.Latin1.GetString([.. _received]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
        {
            if (!await FillAsync())
                return null;
        }

        string[] lines = Encoding.Latin1.GetString([.. _received[..end]]).Split("\r\n");
        _received.RemoveRange(0, end + 4);
        string length = lines.Single(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))["Content-Length: ".Length..];
        int bodyLength = int.Parse(length, CultureInfo.InvariantCulture);
        while (_received.Count < bodyLength)
            Assert.True(await FillAsync(), "closed in the middle of a body");
        byte[] body = [.. _received[..bodyLength]];
        _received.RemoveRange(0, bodyLength);
        return new RawHttpResponse(lines[0], lines[1..], body);
    }

    /// <summary>How the connection stands when nothing more is sent for a while.</summary>
    public async Task<ConnectionEnd> WaitForEndAsync(TimeSpan time)
    {
        using var timeout = new CancellationTokenSource(time);
        try
        {
            return await _socket.ReceiveAsync(new byte[1], timeout.Token) == 0 ? ConnectionEnd.Closed : ConnectionEnd.Open;
        }
        catch (OperationCanceledException)
        {
            return ConnectionEnd.Open;
        }
        catch (SocketException)
        {
            return ConnectionEnd.Reset;
        }
    }

    public void Dispose() => _socket.Dispose();

    private static void EnableQuickAck(Socket socket)
    {
        // IPPROTO_TCP, TCP_QUICKACK; without it each response waits for a delayed ACK.
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(6, 12, BitConverter.GetBytes(1));
    }

    private async Task<bool> FillAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        byte[] buffer = new byte[8192];
        try
        {
            int count = await _socket.ReceiveAsync(buffer, patience.Token);
            EnableQuickAck(_socket);
            _received.AddRange(buffer[..count]);
            if (count == 0)
                End = ConnectionEnd.Closed;
            return count > 0;
        }
        catch (SocketException)
        {
            End = ConnectionEnd.Reset;
            return false;
        }
    }
}

/// <summary>What became of a connection.</summary>
internal enum ConnectionEnd
{
    Open,
    Closed,

    /// <summary>Closed by the device with bytes of ours unread.</summary>
    Reset,
}

/// <summary>A response as it came.</summary>
internal sealed record RawHttpResponse(string StatusLine, string[] Headers, byte[] Body)
{
    public string? SetCookie => Headers.Where(header => header.StartsWith("Set-Cookie: ", StringComparison.Ordinal)).Select(header => header["Set-Cookie: ".Length..]).SingleOrDefault();
}
