using System.Net;
using System.Net.Sockets;
using System.Text;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Srp;
using EspProv.Tests.Support;
using EspProv.Transports.Http;
using EspProv.Transports.Serial;
using EspProv.Virtual;
using EspProv.Virtual.Protocomm;
using EspProv.Virtual.Security;
using EspProv.Virtual.Transports.Http;
using EspProv.Virtual.Transports.Serial;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Fuzz;

/// <summary>What a virtual device reads from whoever reaches it: HTTP, console lines, handshakes, and the requests of a session.</summary>
internal static class DeviceTargets
{
    private static readonly string[] Endpoints = [EndpointNames.Session, EndpointNames.Scan, EndpointNames.Config, EndpointNames.Control,
        EndpointNames.StockCustom, EndpointNames.Version, "other"];

    private static readonly VirtualDeviceOptions Quick = new()
    {
        Name = "PROV_1",
        SecurityVersion = SecurityVersion.Security0,
        ConnectDelay = TimeSpan.FromMilliseconds(1),
        ScanDelay = TimeSpan.Zero,
        CustomEndpoints = ["echo"],
    };

    private static readonly SaltAndVerifier SaltAndVerifier =
        new(new byte[16], SrpVerifier.Compute("wifiprov"u8, "abcd1234"u8, new byte[16]));

    private static readonly Lazy<VirtualDevice> HttpDevice = new(() => VirtualDevice.StartAsync(Quick, default).GetAwaiter().GetResult());

    private static readonly Lazy<(VirtualDevice Device, SerialTransport Client)> SerialDevice = new(() =>
    {
        VirtualDevice device = VirtualDevice.StartAsync(Quick, new SerialDeviceServer(), default).GetAwaiter().GetResult();
        var client = new SerialTransport(device.Address);
        client.OpenAsync(default).GetAwaiter().GetResult();
        return (device, client);
    });

    private static int _sent;

    /// <summary>The first field says which firmware, the others are requests: the field's number is the endpoint.</summary>
    public static FuzzTarget Requests { get; } = new()
    {
        Name = "device-requests",
        Inputs = 60_000,
        Shape = FuzzShape.Protobuf,
        AllocationPerByte = 4096,
        Corpus = [.. Enumerable.Range(0, 3).SelectMany(Conversations)],
        Run = static (input, stop) => Converse(
            input,
            static firmware => firmware switch
            {
                0 => Quick,
                1 => Quick with { Component = ProvisioningComponent.NetworkProvisioning, KeepServiceUp = true, ConnectionAttempts = 3 },
                _ => Quick with { Component = ProvisioningComponent.NetworkProvisioning, Network = ProvisioningNetwork.Thread },
            },
            stop),
    };

    public static FuzzTarget Handshake1 { get; } = new()
    {
        Name = "device-handshake-1",
        Inputs = 10_000,
        Shape = FuzzShape.Protobuf,
        Corpus = [Request(0, [.. FuzzCorpus.Requests(EndpointNames.Session).Where(IsOf1).Take(2)]),
            .. FuzzCorpus.Requests(EndpointNames.Session).Where(IsOf1).Select(request => Request(0, request))],
        Run = static (input, stop) => Converse(input, static _ => Quick with { SecurityVersion = SecurityVersion.Security1 }, stop),
    };

    public static FuzzTarget Handshake2 { get; } = new()
    {
        Name = "device-handshake-2",
        Inputs = 2_000,
        Shape = FuzzShape.Protobuf,
        Corpus = [.. FuzzCorpus.Requests(EndpointNames.Session).Where(request => !IsOf1(request)).Take(60).Chunk(2).Select(pair =>
            Request(0, pair))],
        Run = static (input, stop) => Converse(
            input,
            static _ => Quick with
            {
                SecurityVersion = SecurityVersion.Security2,
                Salt = SaltAndVerifier.Salt,
                Verifier = SaltAndVerifier.Verifier,
            },
            stop),
    };

    public static FuzzTarget HttpHead { get; } = new()
    {
        Name = "device-http-head",
        Inputs = 100_000,
        MaxLength = 3000,
        Tokens = HttpTokens,
        Corpus = HttpRequests,
        Run = static (input, stop) =>
        {
            if (HttpRequestHead.TryParse(input, out int length, out _) is not { } head)
                return;
            Assert.InRange(length, 1, input.Length);
            _ = head.Endpoint + head.Path[1..];
        },
    };

    public static FuzzTarget HttpServer { get; } = new()
    {
        Name = "device-http",
        Inputs = 1_500,
        MaxLength = 16_384,
        FixedAllocation = long.MaxValue,
        Tokens = HttpTokens,
        Corpus = HttpRequests,
        Run = static (input, stop) =>
        {
            VirtualDevice device = HttpDevice.Value;
            using (Socket client = Connect(device))
            {
                try
                {
                    client.Send(input);
                    client.Shutdown(SocketShutdown.Send);
                    byte[] buffer = new byte[4096];
                    while (client.Receive(buffer) > 0)
                    {
                    }
                }
                catch (SocketException)
                {
                    // The device has seen enough.
                }
            }

            if (++_sent % 8 == 0)
                AssertAlive(new HttpTransport(device.Address), stop).GetAwaiter().GetResult();
        },
    };

    public static FuzzTarget Console { get; } = new()
    {
        Name = "device-console",
        Inputs = OperatingSystem.IsLinux() ? 300 : 0,
        MaxLength = 600,
        FixedAllocation = long.MaxValue,
        Tokens = FuzzTarget.Texts("\r", " ", "proto-ver ", "prov-config ", "prov-session ", "4294967296 ", "-1 ", "0g", "\n", "\0"),
        Corpus = FuzzTarget.Texts("proto-ver 1 455350\r", "prov-session 7 52020801\r", "prov-config 7 0a\rprov-scan 7 ", "other 1 00\r"),
        Run = static (input, stop) =>
        {
            (VirtualDevice device, SerialTransport client) = SerialDevice.Value;
            using (var port = new FileStream(device.Address, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0))
                port.Write([.. input, (byte)'\r']);
            AssertServed(client, stop).GetAwaiter().GetResult();
        },
        IsExpected = static _ => false,
    };

    public static IEnumerable<FuzzTarget> All => [Requests, Handshake1, Handshake2, HttpHead, HttpServer, Console];

    private static IReadOnlyList<byte[]> HttpTokens => FuzzTarget.Texts(
        "\r\n", "\r\n\r\n", "POST ", "GET ", " HTTP/1.1\r\n", "Content-Length: ", "0", "4096", "4097", "-1", "99999999999999999999",
        "Cookie: session=", "4294967295", "?", "/", ":", "\0", "%00",
        "Transfer-Encoding: chunked\r\n");

    private static IReadOnlyList<byte[]> HttpRequests => FuzzTarget.Texts(
        "POST /proto-ver HTTP/1.1\r\nHost: 192.168.4.1\r\nContent-Type: application/x-www-form-urlencoded\r\nAccept: text/plain\r\nContent-Length: 3\r\n\r\nESP",
        "POST /prov-config HTTP/1.1\r\nCookie: session=1234567\r\nContent-Length: 2\r\n\r\n\b\0POST /proto-ver HTTP/1.1\r\nContent-Length: 1\r\n\r\nx",
        "POST /prov-session HTTP/1.0\r\nContent-Length: 6\r\n\r\nR\u0004\b\0\u00a2\u0001",
        "GET /?x=y HTTP/1.1\r\n\r\n");

    private static bool IsOf1(byte[] request)
    {
        SessionData message = SessionData.Parser.ParseFrom(request);
        return message.SecVer == SecScheme._1;
    }

    private static byte[] Request(int endpoint, params byte[][] requests)
    {
        using var output = new MemoryStream();
        using var writer = new CodedOutputStream(output);
        foreach (byte[] request in requests)
        {
            writer.WriteTag(endpoint + 2, WireFormat.WireType.LengthDelimited);
            writer.WriteBytes(ByteString.CopyFrom(request));
        }

        writer.Flush();
        return output.ToArray();
    }

    private static IEnumerable<byte[]> Conversations(int firmware)
    {
        byte[] head = [0x08, (byte)firmware];
        foreach (byte[] request in FuzzCorpus.Requests(EndpointNames.Scan))
            yield return [.. head, .. Request(1, request)];
        foreach (byte[] request in FuzzCorpus.Requests(EndpointNames.Control))
            yield return [.. head, .. Request(3, request)];
        yield return [.. head, .. Request(2, [.. FuzzCorpus.Requests(EndpointNames.Config).Take(8)])];
        foreach (string dataset in new[] { "0510000102030405060708090a0b0c0d0e0f",
            "0e0800000000000100000003000019" + "0510000102030405060708090a0b0c0d0e0f0303616263" })
        {
            yield return
            [
                .. head,
                .. Request(
                    2,
                    new ConfigPayload
                    {
                        Msg = ConfigMessage.ConfigSetThreadConfigCmd,
                        SetThreadConfigCmd = new SetThreadConfigCmd { Dataset = ByteString.CopyFrom(Convert.FromHexString(dataset)) },
                    }.ToByteArray(),
                    new ConfigPayload { Msg = ConfigMessage.ConfigApplyThreadConfigCmd,
                        ApplyThreadConfigCmd = new ApplyConfigCmd() }.ToByteArray()),
            ];
        }

        foreach (ScanPayload scan in new[]
        {
            new ScanPayload { Msg = ScanMessage.ScanThreadStartCmd, ThreadStartCmd = new ThreadScanStartCmd { Blocking = true,
                ChannelMask = 0xFFFF } },
            new ScanPayload { Msg = ScanMessage.ScanThreadResultCmd, ThreadResultCmd = new ScanResultCmd { Count = 2 } },
        })
        {
            yield return [.. head, .. Request(1, scan.ToByteArray())];
        }

        yield return [.. head, .. Request(4, "hello"u8.ToArray()), .. Request(5, "ESP"u8.ToArray())];
    }

    // A device of its own for each input: what one leaves behind would make another hard to see again.
    private static void Converse(byte[] input, Func<uint, VirtualDeviceOptions> choose, CancellationToken stop)
    {
        var reader = new CodedInputStream(input);
        uint firmware = 0;
        var requests = new List<(int Endpoint, byte[] Body)>();
        try
        {
            while (reader.ReadTag() is not 0 and uint tag)
            {
                if (tag == 0x08)
                {
                    firmware = reader.ReadUInt32() % 3;
                }
                else if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                {
                    requests.Add(((WireFormat.GetTagFieldNumber(tag) + Endpoints.Length - 2) % Endpoints.Length,
                        reader.ReadBytes().ToByteArray()));
                }
                else
                {
                    reader.SkipLastField();
                }
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // What came before is sent.
        }

        var clock = new ManualTimeProvider();
        var transport = new MemoryTransport();
        VirtualDevice device = VirtualDevice.StartAsync(choose(firmware) with { TimeProvider = clock }, transport,
            stop).GetAwaiter().GetResult();
        IProtocomm protocomm = transport.Protocomm!;
        foreach ((int endpoint, byte[] body) in requests)
        {
            protocomm.HandleAsync(Endpoints[endpoint], MemoryTransport.Session, body, stop).GetAwaiter().GetResult();
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        // Whatever waits for its time: joining, giving up, stopping.
        clock.Advance(TimeSpan.FromMinutes(1));
        device.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private static Socket Connect(VirtualDevice device)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 20_000, SendTimeout = 20_000, NoDelay = true };
        client.Connect(IPEndPoint.Parse(device.Address));
        return client;
    }

    private static async Task AssertAlive(HttpTransport transport, CancellationToken stop)
    {
        await using (transport)
        {
            await transport.OpenAsync(stop);
            byte[] reply;
            try
            {
                reply = await transport.ExchangeAsync(EndpointNames.Version, "ESP"u8.ToArray(), stop);
            }
            catch (ProvisioningException exception)
            {
                throw new InvalidOperationException("The device does not serve any more.", exception);
            }

            Assert.Contains("v1.1", Encoding.UTF8.GetString(reply), StringComparison.Ordinal);
        }
    }

    // What the console still prints for the lines before may pass for the reply.
    private static async Task AssertServed(SerialTransport client, CancellationToken stop)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                if (attempt > 1)
                    await client.OpenAsync(stop);
                _ = DeviceCapability.Parse(await client.ExchangeAsync(EndpointNames.Version, "ESP"u8.ToArray(), stop));
                return;
            }
            catch (ProvisioningException) when (attempt < 20)
            {
            }
        }
    }
}
