using System.Net;
using System.Net.Sockets;
using EspProv.Virtual.Protocomm;

namespace EspProv.Virtual.Transports.Http;

/// <summary>
/// The device's HTTP server on a port of this machine, behaving like firmware (PROTOCOL.md §6): one task that serves one socket, a second
/// connection that evicts the first, and failures that close without a response. Kestrel and HttpListener cannot do this.
/// </summary>
internal sealed class HttpDeviceServer : IDeviceTransport
{
    private const int Backlog = 5;

    private static readonly TimeSpan AcceptAgainAfter = TimeSpan.FromMilliseconds(100);

    private readonly IPAddress _address;
    private readonly bool _withoutCookies;
    private readonly int _bodyLimit;
    private readonly IRandomSource _random;
    private readonly TimeProvider _timeProvider;
    private readonly SemaphoreSlim _lifetime = new(1, 1);
    private Socket? _socket;
    private IPEndPoint _endPoint;
    private CancellationTokenSource? _stop;
    private Task _pump = Task.CompletedTask;
    private bool _disposed;

    /// <summary>Reserves the device's port, or any free one, without accepting clients yet.</summary>
    /// <exception cref="SocketException">The port is taken, or the address is not this machine's.</exception>
    public HttpDeviceServer(VirtualDeviceOptions options)
    {
        _address = options.ListenAddress;
        _withoutCookies = options.WithoutCookies;
        _bodyLimit = options.BodyLimit;
        _random = options.Random;
        _timeProvider = options.TimeProvider;
        _socket = Bind(options.Port);
        _endPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public string Address => ReachableEndPoint.ToString();

    // The wildcard address is valid for listening, not for connecting.
    private IPEndPoint ReachableEndPoint => _endPoint.Address switch
    {
        var any when any.Equals(IPAddress.Any) => new IPEndPoint(IPAddress.Loopback, _endPoint.Port),
        var any when any.Equals(IPAddress.IPv6Any) => new IPEndPoint(IPAddress.IPv6Loopback, _endPoint.Port),
        _ => _endPoint,
    };

    public Task StartAsync(IProtocomm protocomm, string serviceName, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_stop is not null)
            throw new InvalidOperationException("The HTTP server is running already.");

        // Another program may have taken the port while the service was stopped; then a new one is used.
        _socket ??= BindAgain() ?? Bind(port: 0);
        _endPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _socket.Listen(Backlog);
        _stop = new CancellationTokenSource();
        Socket listener = _socket;
        CancellationToken stopped = _stop.Token;
        _pump = Task.Run(() => ServeAsync(listener, protocomm, stopped), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        await _lifetime.WaitAsync().ConfigureAwait(false);
        try
        {
            await HaltAsync().ConfigureAwait(false);

            // Bound but not listening: clients are refused, and the port stays reserved.
            if (!_disposed)
                _socket ??= BindAgain();
        }
        finally
        {
            _lifetime.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _lifetime.WaitAsync().ConfigureAwait(false);
        try
        {
            await HaltAsync().ConfigureAwait(false);
            _socket?.Dispose();
            _socket = null;
        }
        finally
        {
            _lifetime.Release();
        }
    }

    private Socket Bind(int port)
    {
        var socket = new Socket(_address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(_address, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private Socket? BindAgain()
    {
        try
        {
            return Bind(_endPoint.Port);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private async Task HaltAsync()
    {
        if (_stop is null)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _pump.ConfigureAwait(false);
        _stop.Dispose();
        _stop = null;
        _socket?.Dispose();
        _socket = null;
    }

    private async Task ServeAsync(Socket listener, IProtocomm protocomm, CancellationToken stopped)
    {
        var session = new HttpClientSession(_withoutCookies, _random);
        HttpConnection? client = null;
        Task<Socket>? next = null;
        bool hasServed = false;
        try
        {
            while (true)
            {
                next ??= listener.AcceptAsync(stopped).AsTask();
                Task<bool>? request = client?.WaitForRequestAsync(stopped);
                await Task.WhenAny(next, (Task?)request ?? next).ConfigureAwait(false);

                // A pending request is served before a new client is accepted, but only one: a client with endless requests would block all
                // others.
                if (request is { IsCompleted: true } && !(hasServed && next.IsCompleted))
                {
                    hasServed = true;
                    bool goesOn = await request.ConfigureAwait(false)
                        && await ServeRequestAsync(client!, session, protocomm, stopped).ConfigureAwait(false);
                    if (!goesOn)
                        Close(ref client, session, protocomm);
                }
                else if (next.IsCompleted)
                {
                    Task<Socket> accepted = next;
                    (next, hasServed) = (null, false);
                    if (await AcceptedAsync(accepted, stopped).ConfigureAwait(false) is not { } socket)
                        continue;
                    Close(ref client, session, protocomm);
                    client = new HttpConnection(socket, _timeProvider);
                }
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
        }
        finally
        {
            Close(ref client, session, protocomm);
            session.End(protocomm);

            // However the loop ended, no client may wait in the backlog of a stopped server.
            listener.Dispose();
            await DropAsync(next).ConfigureAwait(false);
        }
    }

    // Null if the client disconnected before it was accepted, or the process has no free handle.
    private async Task<Socket?> AcceptedAsync(Task<Socket> next, CancellationToken stopped)
    {
        try
        {
            return await next.ConfigureAwait(false);
        }
        catch (SocketException) when (!stopped.IsCancellationRequested)
        {
            await Task.Delay(AcceptAgainAfter, _timeProvider, stopped).ConfigureAwait(false);
            return null;
        }
    }

    private static void Close(ref HttpConnection? client, HttpClientSession session, IProtocomm protocomm)
    {
        if (client is null)
            return;
        client.Dispose();
        session.SocketClosed(protocomm, client);
        client = null;
    }

    // A client that was accepted during the stop.
    private static async Task DropAsync(Task<Socket>? next)
    {
        if (next is null)
            return;
        try
        {
            (await next.ConfigureAwait(false)).Dispose();
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }
    }

    // False to close the connection.
    private async Task<bool> ServeRequestAsync(
        HttpConnection client, HttpClientSession session, IProtocomm protocomm, CancellationToken stopped)
    {
        try
        {
            (HttpRequestHead? head, HttpError? error) = await client.ReadHeadAsync(stopped).ConfigureAwait(false);
            if (head is not null)
                error = Route(head, protocomm);
            if (head is null || error is not null)
                return await RefuseAsync(client, error, stopped).ConfigureAwait(false);

            (uint id, string? setCookie) = session.Resolve(protocomm, client, head.Cookie);
            if (head.ContentLength is 0 || head.ContentLength > _bodyLimit)
                return false;

            (byte[]? body, error) = await client.ReadBodyAsync((int)head.ContentLength, stopped).ConfigureAwait(false);
            if (body is null)
                return await RefuseAsync(client, error, stopped).ConfigureAwait(false);

            byte[]? response = await protocomm.HandleAsync(head.Endpoint, id, body, stopped).ConfigureAwait(false);
            if (response is null)
                return false;
            await client.RespondAsync(response, setCookie, stopped).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static HttpError? Route(HttpRequestHead head, IProtocomm protocomm)
    {
        if (!protocomm.Endpoints.Contains(head.Path[1..]))
            return HttpError.NotFound;
        return head.Method == "POST" ? null : HttpError.MethodNotAllowed;
    }

    private static async Task<bool> RefuseAsync(HttpConnection client, HttpError? error, CancellationToken stopped)
    {
        if (error is not null)
            await client.RespondAsync(error, stopped).ConfigureAwait(false);
        return false;
    }
}
