using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports.Gatt;
using EspProv.Transports.Http;
using EspProv.Transports.Serial;

namespace EspProv.Tests.Fuzz;

/// <summary>What the client's links read: HTTP on a real socket, a console's bytes, GATT values and errors, BlueZ's objects.</summary>
internal static class LinkTargets
{
    private static readonly Lazy<HostileServer> Server = new(() => new HostileServer());

    public static FuzzTarget HttpResponse { get; } = new()
    {
        Name = "http-response",
        Inputs = 3_000,
        MaxLength = 100_000,
        FixedAllocation = long.MaxValue,
        Tokens = FuzzTarget.Texts(
            "\r\n", "\r\n\r\n", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n\r\n", "Transfer-Encoding: chunked\r\n",
            "Content-Length: ", "-1", "4294967296", "Set-Cookie: session=",
            "Content-Encoding: gzip\r\n", "Connection: close\r\n", ";", " ", "\0", "Location: /\r\n",
            "HTTP/1.1 101 Switching Protocols\r\n", "ffffffffffffffff\r\n"),
        Corpus = FuzzTarget.Texts(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\nSet-Cookie: session=1234\r\n\r\nV0.1",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nV0.1\r\n0\r\nA: b\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\nV0.1",
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\nNo."),
        Run = static (input, stop) => Exchange(input, stop).GetAwaiter().GetResult(),
    };

    public static FuzzTarget SerialLink { get; } = new()
    {
        Name = "serial-link",
        Inputs = 3_000,
        MaxLength = 8192,
        FixedAllocation = long.MaxValue,
        Tokens = TextTargets.ConsoleReplies.Tokens,
        Corpus = [.. TextTargets.ConsoleReplies.Corpus, .. FuzzTarget.Texts("proto-ver 1 455350\r\n\r\n56302e31\r\n\n>> ")],
        Run = static (input, stop) => RunSerial(input, stop).GetAwaiter().GetResult(),
    };

    public static FuzzTarget Gatt { get; } = new()
    {
        Name = "gatt-values",
        Inputs = 30_000,
        Shape = FuzzShape.Protobuf,
        Corpus = GattCorpus(),
        Tokens = FuzzTarget.Texts("proto-ver", "prov-session", "\0", "PROTO-VER"),
        Run = static (input, stop) => RunGatt(input, stop).GetAwaiter().GetResult(),
    };

    public static IEnumerable<FuzzTarget> All => [HttpResponse, SerialLink, Gatt, BlueZTarget.Objects];

    private static async Task Exchange(byte[] input, CancellationToken stop)
    {
        HostileServer server = Server.Value;
        server.Answer = input;
        await using var transport = new HttpTransport(server.Address);
        await ProvisioningSession.GetCapabilityAsync(transport, stop);
    }

    private static async Task RunSerial(byte[] input, CancellationToken stop)
    {
        await using var transport = new SerialTransport("memory", new SerialTransportOptions(), () => new HostileConsole(input));
        await ProvisioningSession.GetCapabilityAsync(transport, stop);
    }

    private static async Task RunGatt(byte[] input, CancellationToken stop)
    {
        await using var transport = new GattTransport(new HostileGattLink(input));
        await transport.OpenAsync(stop);
        await ProvisioningSession.GetCapabilityAsync(transport, stop);
    }

    // Fields 1 and 2: a characteristic's service and number, then its name; field 3: what a read answers; field 4: an error in its place.
    private static IReadOnlyList<byte[]> GattCorpus()
    {
        static byte[] Text(int field, string text) => [(byte)((field << 3) | 2), (byte)text.Length, .. Encoding.UTF8.GetBytes(text)];
        static byte[] Number(int number) => [0x08, (byte)((number & 0x7F) | 0x80), (byte)(((number >> 7) & 0x7F) | 0x80),
            (byte)(number >> 14)];
        return
        [
            [.. Number(0xFF51), .. Text(2, "prov-session"), .. Number(0xFF53), .. Text(2, "proto-ver\0"), .. Text(3, "V0.1")],
            [.. Number(0xFF51), .. Text(2, ""), .. Number(0xFF53), .. Text(2, ""), .. Text(3, """{"prov":{"ver":"v1.1","sec_ver":1}}""")],
            [.. Number(0xFF53), .. Text(2, "proto-ver"), 0x20, 0x04],
            [.. Number(0x2A00), .. Text(2, "x"), 0x20, 0x0F, .. Text(3, "")],
        ];
    }

    /// <summary>Answers each request on each connection with the same bytes, and closes.</summary>
    private sealed class HostileServer
    {
        private volatile byte[] _answer = [];

        public HostileServer()
        {
            // Until the process ends: other inputs may follow.
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            Address = listener.LocalEndpoint.ToString()!;
            new Thread(() => Serve(listener)) { IsBackground = true, Name = "Fuzz HTTP" }.Start();
        }

        public string Address { get; }

        public byte[] Answer
        {
            set => _answer = value;
        }

        private void Serve(TcpListener listener)
        {
            byte[] request = new byte[4096];
            while (true)
            {
                using Socket client = listener.AcceptSocket();
                client.ReceiveTimeout = client.SendTimeout = 10_000;
                try
                {
                    // Head and body come together or one after the other; what is left unread does no harm.
                    if (client.Receive(request) == 0)
                        continue;
                    client.Send(_answer);
                    client.Shutdown(SocketShutdown.Send);
                    while (client.Receive(request) > 0)
                    {
                    }
                }
                catch (SocketException)
                {
                    // The client has seen enough.
                }
            }
        }
    }

    /// <summary>Prompts when it is woken up, answers the request with given bytes in pieces, and goes away.</summary>
    private sealed class HostileConsole(byte[] answer) : PortStream
    {
        private readonly Channel<byte[]> _output = Channel.CreateUnbounded<byte[]>();
        private byte[] _rest = [];
        private bool _prompted;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_rest.Length == 0)
            {
                if (!await _output.Reader.WaitToReadAsync(cancellationToken) || !_output.Reader.TryRead(out byte[]? next))
                    return 0;
                _rest = next;
            }

            int count = Math.Min(buffer.Length, _rest.Length);
            _rest.AsSpan(0, count).CopyTo(buffer.Span);
            _rest = _rest[count..];
            return count;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_prompted)
            {
                _prompted = true;
                _output.Writer.TryWrite("\n>> "u8.ToArray());
                return ValueTask.CompletedTask;
            }

            int piece = 1 + (answer.Length / 7);
            for (int at = 0; at < answer.Length; at += piece)
                _output.Writer.TryWrite(answer[at..Math.Min(answer.Length, at + piece)]);
            _output.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        protected override void Dispose(bool disposing)
        {
            _output.Writer.TryComplete();
            base.Dispose(disposing);
        }
    }
}
