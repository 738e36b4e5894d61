using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EspProv.Virtual.Transports.Http;

/// <summary>One client's socket: reads in the firmware's block size, responses in its small segments.</summary>
internal sealed class HttpConnection(Socket socket, TimeProvider timeProvider) : IDisposable
{
    // The firmware's read-ahead. Unread data at close makes the client's connection reset.
    private const int BlockLength = 128;

    // How long the firmware waits for the rest of a request.
    private static readonly TimeSpan ReceiveTimeout = TimeSpan.FromSeconds(5);

    // How long it waits for a client to read a response: a stalled client would block all others.
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(5);

    private readonly byte[] _block = new byte[BlockLength];
    private readonly List<byte> _pending = [];
    private Task<bool>? _readable;

    /// <summary>Completes when a request begins (true) or the client is gone (false). May be called again while it is running.</summary>
    public Task<bool> WaitForRequestAsync(CancellationToken cancellationToken) =>
        _readable ??= _pending.Count > 0 ? Task.FromResult(true) : FillAsync(cancellationToken);

    /// <summary>Reads the head of the current request.</summary>
    /// <returns>The head or an error; neither when the client is gone.</returns>
    public async Task<(HttpRequestHead? Head, HttpError? Error)> ReadHeadAsync(CancellationToken cancellationToken)
    {
        _readable = null;
        while (true)
        {
            var head = HttpRequestHead.TryParse([.. _pending], out int length, out HttpError? error);
            if (head is not null)
                _pending.RemoveRange(0, length);
            if (head is not null || error is not null)
                return (head, error);

            (bool received, bool stalled) = await FillInTimeAsync(cancellationToken).ConfigureAwait(false);
            if (!received)
                return (null, stalled ? HttpError.RequestTimeout : null);
        }
    }

    /// <summary>Reads the body.</summary>
    /// <returns>The body or an error; neither if the client is gone, or stalls after the first byte.</returns>
    public async Task<(byte[]? Body, HttpError? Error)> ReadBodyAsync(int length, CancellationToken cancellationToken)
    {
        while (_pending.Count < length)
        {
            (bool received, bool stalled) = await FillInTimeAsync(cancellationToken).ConfigureAwait(false);
            if (received)
                continue;

            // The firmware's parser waits for the first byte of a body and reports a stall; its handler, which reads the rest, does not.
            return (null, stalled && _pending.Count == 0 ? HttpError.RequestTimeout : null);
        }

        byte[] body = [.. _pending.Take(length)];
        _pending.RemoveRange(0, length);
        return (body, null);
    }

    /// <summary>
    /// Answers 200. The segments are sent one by one under Nagle's algorithm, as by firmware: a client that delays its ACKs waits for the
    /// body (PROTOCOL.md §6).
    /// </summary>
    /// <exception cref="SocketException">The client is gone, or does not read.</exception>
    public async Task RespondAsync(byte[] body, string? setCookie, CancellationToken cancellationToken)
    {
        await SendAsync(Head("200 OK", body.Length), cancellationToken).ConfigureAwait(false);
        if (setCookie is not null)
            await SendAsync($"Set-Cookie: {setCookie}\r\n", cancellationToken).ConfigureAwait(false);
        await SendAsync("\r\n", cancellationToken).ConfigureAwait(false);
        await SendAsync(body, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Answers with an error immediately, since the connection is closed next.</summary>
    /// <exception cref="SocketException">The client is gone, or does not read.</exception>
    public async Task RespondAsync(HttpError error, CancellationToken cancellationToken)
    {
        socket.NoDelay = true;
        await SendAsync($"{Head(error.Status, error.Body.Length)}\r\n{error.Body}", cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => socket.Dispose();

    private static string Head(string status, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\n");

    private Task SendAsync(string text, CancellationToken cancellationToken) =>
        SendAsync(Encoding.Latin1.GetBytes(text), cancellationToken);

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(SendTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            while (bytes.Length > 0)
                bytes = bytes[await socket.SendAsync(bytes, either.Token).ConfigureAwait(false)..];
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        int count;
        try
        {
            count = await socket.ReceiveAsync(_block, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }

        _pending.AddRange(_block.AsSpan(0, count));
        return count > 0;
    }

    private async Task<(bool Received, bool Stalled)> FillInTimeAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(ReceiveTimeout, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return (await FillAsync(either.Token).ConfigureAwait(false), false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (false, true);
        }
    }
}
