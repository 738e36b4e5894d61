using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EspProv.Tests.Transports.Http;

/// <summary>
/// A raw TCP server that answers each request as it is told to, byte for byte. It keeps every request as text (latin-1), with the
/// number of the connection that it came on, and no HTTP library has a say in any of it.
/// </summary>
internal sealed class ScriptedHttpServer : IAsyncDisposable
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Queue<Func<Socket, Task>> _script = new();
    private readonly List<Socket> _sockets = [];
    private readonly Task _accepting;

    public ScriptedHttpServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public List<(int Connection, string Text)> Requests { get; } = [];

    public int Connections { get; private set; }

    /// <summary>The next request is answered with these bytes, given as latin-1 text.</summary>
    public ScriptedHttpServer Reply(string text) => Then(async socket => await socket.SendAsync(Encoding.Latin1.GetBytes(text)));

    /// <summary>The next request is answered with 200 and a body, as a device does.</summary>
    public ScriptedHttpServer Ok(string body, string headers = "") => Reply(Response(body, headers));

    /// <summary>The next request is answered so, and the connection closed after it.</summary>
    public ScriptedHttpServer ReplyAndClose(string text) => Then(async socket =>
    {
        await socket.SendAsync(Encoding.Latin1.GetBytes(text));
        socket.Shutdown(SocketShutdown.Both);
        socket.Close();
        _closed.TrySetResult();
    });

    /// <summary>Done when a connection was closed after its answer, which the client may have before.</summary>
    public Task Closed => _closed.Task;

    /// <summary>The next request closes the connection without an answer.</summary>
    public ScriptedHttpServer Close() => ReplyAndClose("");

    /// <summary>The next request resets the connection.</summary>
    public ScriptedHttpServer Reset() => Then(socket =>
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
        return Task.CompletedTask;
    });

    /// <summary>The next request is never answered.</summary>
    public ScriptedHttpServer Stall() => Then(_ => Task.CompletedTask);

    public ScriptedHttpServer Then(Func<Socket, Task> step)
    {
        _script.Enqueue(step);
        return this;
    }

    public static string Response(string body, string headers = "") =>
        $"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {Encoding.Latin1.GetByteCount(body)}\r\n{headers}\r\n{body}";

    /// <summary>Closes every connection that is open, as a device does that has no more use for them.</summary>
    public void CloseConnections()
    {
        lock (_sockets)
            _sockets.ForEach(socket => socket.Close());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        CloseConnections();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                lock (_sockets)
                    _sockets.Add(socket);
                serving.Add(ServeAsync(socket, ++Connections));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // InvalidOperationException is a listener that was stopped between two connections.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket, int connection)
    {
        byte[] buffer = new byte[16 * 1024];
        string pending = "";
        try
        {
            while (await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and int count)
            {
                pending += Encoding.Latin1.GetString(buffer, 0, count);
                if (LengthOf(pending) is not { } length || pending.Length < length)
                    continue;
                lock (Requests)
                    Requests.Add((connection, pending[..length]));
                pending = pending[length..];
                if (_script.TryDequeue(out Func<Socket, Task>? step))
                    await step(socket);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    private static int? LengthOf(string text)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return null;
        string? length = text[..end].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return end + 4 + (length is null ? 0 : int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
