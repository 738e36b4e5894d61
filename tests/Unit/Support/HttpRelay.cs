using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EspProv.Transports.Http;

namespace EspProv.Tests.Support;

/// <summary>
/// A man in the middle on real sockets: each request goes to a function that answers it, with the help of the device behind or
/// without. A null answer closes the connection, as firmware does with what it refuses.
/// </summary>
internal sealed class HttpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpTransport _device;
    private readonly Func<HttpRelay, string, byte[], Task<byte[]?>> _answer;
    private readonly List<(string Endpoint, byte[] Body)> _requests = [];
    private readonly Task _serving;
    private bool _isOpen;

    public HttpRelay(string device, Func<HttpRelay, string, byte[], Task<byte[]?>> answer)
    {
        _device = new HttpTransport(device);
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>What clients sent, in order.</summary>
    public IReadOnlyList<(string Endpoint, byte[] Body)> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    /// <summary>The device's answer to a request.</summary>
    public async Task<byte[]> AskDeviceAsync(string endpoint, byte[] body)
    {
        if (!_isOpen)
            await _device.OpenAsync(_stop.Token);

        // A failed exchange closes the link.
        _isOpen = false;
        byte[] reply = await _device.ExchangeAsync(endpoint, body, _stop.Token);
        _isOpen = true;
        return reply;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        await _device.DisposeAsync();
        _stop.Dispose();
    }

    // One connection after the other, as devices serve them.
    private async Task ServeAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await ServeAsync(client.GetStream());
            }
            catch (Exception exception) when (
                exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException or ProvisioningException)
            {
                // The client is gone, or the device closed on what it was sent.
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        while (await ReadRequestAsync(stream) is var (endpoint, body))
        {
            lock (_requests)
                _requests.Add((endpoint, body));
            if (await _answer(this, endpoint, body) is not { } answer)
                return;
            string head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\n\r\n");
            await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. answer], _stop.Token);
        }
    }

    private async Task<(string Endpoint, byte[] Body)?> ReadRequestAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
                return null;
            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().Split("\r\n");
        string length = lines.First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1];
        byte[] body = new byte[int.Parse(length, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, _stop.Token);
        return (lines[0].Split(' ')[1].TrimStart('/'), body);
    }
}
