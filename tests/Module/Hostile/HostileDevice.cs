using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EspProv.ModuleTests.Hostile;

/// <summary>
/// Something on the network that answers as a device of security 0 does, with <see cref="Text"/> wherever the protocol has text. The
/// replies are
/// written byte by byte: no virtual device sends such things.
/// </summary>
internal sealed class HostileDevice : IDisposable
{
    /// <summary>The beginning of a line that the text would put on the screen.</summary>
    internal const string Injected = "INJECTED";

    /// <summary>
    /// Title, bell, a C1 sequence, a right-to-left override, line breaks of three kinds, an invisible character; 26 bytes.
    /// </summary>
    internal const string Text = "\u001b]0;x\u0007\u009bJ\u202e\r\n" + Injected + "\u2028\u200b";

    private const string TrueAddress = "192.168.1.7";

    private static readonly byte[] ThreadName = [.. Encoding.UTF8.GetBytes("\u001b[2J\u0007\u202e\nI"), 0xff];
    private static readonly byte[] NotUtf8 = [.. Encoding.UTF8.GetBytes("\u001b[2J\u0007"), 0xff, 0xfe];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    internal HostileDevice()
    {
        _listener.Start();
        _ = ServeAsync();
    }

    /// <summary>Where it is.</summary>
    internal string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The <c>ip4_addr</c> of its status; a true address is the only thing here that a status may have.</summary>
    internal string Ip { get; set; } = TrueAddress;

    /// <summary>What it was told to join.</summary>
    internal byte[] Joined { get; private set; } = [];

    /// <summary>The status line of its HTTP responses.</summary>
    internal string StatusLine { get; set; } = "HTTP/1.1 200 OK";

    /// <summary>Starts over, without a network.</summary>
    internal void Forget() => Joined = [];

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = AnswerAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                NetworkStream stream = client.GetStream();
                while (await ReadRequestAsync(stream) is var (path, body) && path.Length > 0)
                {
                    byte[] reply = Reply(path, body);
                    byte[] head = Encoding.Latin1.GetBytes($"{StatusLine}\r\nContent-Length: {reply.Length}\r\nSet-Cookie: session=1\r\n\r\n");
                    await stream.WriteAsync((byte[])[.. head, .. reply], _stop.Token);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The client left, or the test is over.
        }
    }

    private async Task<(string Path, byte[] Body)> ReadRequestAsync(NetworkStream stream)
    {
        var received = new List<byte>();
        byte[] buffer = new byte[4096];
        while (true)
        {
            string text = Encoding.Latin1.GetString([.. received]);
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                string length = text[..end].Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
                int count = int.Parse(length.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
                if (received.Count >= end + 4 + count)
                    return (text.Split(' ')[1], [.. received.Skip(end + 4).Take(count)]);
            }

            int read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
                return ("", []);
            received.AddRange(buffer.AsSpan(0, read));
        }
    }

    private byte[] Reply(string path, byte[] body)
    {
        int message = body.Length > 1 && body[0] == 0x08 ? body[1] : 0;
        return path switch
        {
            "/proto-ver" => Encoding.UTF8.GetBytes(VersionReply),
            "/prov-session" => [0x52, 5, 0x08, 1, 0xaa, 1, 0],
            "/prov-scan" => message switch
            {
                0 => Message(1, 11, []),
                2 => Message(3, 13, [0x08, 1, 0x10, 2]),
                6 => Message(7, 17, []),
                8 => Message(9, 19, [0x08, 1, 0x10, 1]),
                10 => Message(11, 21, Field(1, [0x08, 1, 0x10, 15, .. Field(5, new byte[8]), .. Field(6, ThreadName), .. Field(7, new byte[8])])),
                _ => Message(5, 15, [.. Field(1, Network(Encoding.UTF8.GetBytes(Text))), .. Field(1, Network(NotUtf8))]),
            },
            "/prov-config" => Configure(message, body),
            "/prov-ctrl" => [0x08, 2, 0x62, 0],
            _ => [.. Encoding.UTF8.GetBytes(Text), 0xff, 0],
        };
    }

    private byte[] Configure(int message, byte[] body)
    {
        if (message == 2)
            Joined = body[6..(6 + body[5])];
        return message switch
        {
            0 when Joined.Length == 0 && Ip == TrueAddress => Message(1, 11, [0x10, 1]),
            0 => Message(1, 11, Field(11, [.. Field(1, Encoding.UTF8.GetBytes(Ip)), 0x10, 3, .. Field(3, Joined), .. Field(4, [1, 2, 3, 4, 5, 6]), 0x28, 6])),
            2 => Message(3, 13, []),
            _ => Message(5, 15, []),
        };
    }

    private static string VersionReply =>
        $$$"""{"prov":{"ver":"v1{{{Escaped(Text)}}}","sec_ver":0,"cap":["no_sec","wifi_prov","thread_prov","{{{Escaped(Text)}}}"]},"app\u001b{{{Raw}}}":{"x":"""
        + "\n\t"
        + $"\"{Raw}\\u0007\" }} }}";

    // Characters that JSON lets stand in a string as they are.
    private static string Raw => "\u009b\u202e\u2028\u200b";

    private static string Escaped(string text) => string.Concat(text.Select(c => $"\\u{(int)c:x4}"));

    private static byte[] Network(byte[] ssid) => [.. Field(1, ssid), 0x10, 6, .. Field(4, [6, 5, 4, 3, 2, 1])];

    private static byte[] Message(byte type, int field, byte[] value) => [0x08, type, .. Field(field, value)];

    private static byte[] Field(int number, byte[] value)
    {
        int tag = (number << 3) | 2;
        byte[] written = tag < 0x80 ? [(byte)tag] : [(byte)(tag | 0x80), (byte)(tag >> 7)];
        return [.. written, (byte)value.Length, .. value];
    }
}
