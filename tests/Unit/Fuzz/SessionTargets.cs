using EspProv.Devices;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Srp;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Virtual;
using EspProv.Virtual.Security;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Fuzz;

/// <summary>What the client reads in a session: the handshakes of each scheme, and the replies to every verb.</summary>
internal static class SessionTargets
{
    private const int Verbs = 14;

    private static readonly ProvisioningDevice Device = new()
    {
        Name = "PROV_1",
        Transport = ProvisioningTransport.SoftAP,
        Address = "memory"
    };

    private static readonly byte[] WifiStarted = new ScanPayload
    {
        Msg = ScanMessage.ScanWifiStartResp,
        WifiStartResp = new ScanStartResp()
    }.ToByteArray();

    private static readonly byte[] WifiFinished = new ScanPayload
    {
        Msg = ScanMessage.ScanWifiStatusResp,
        WifiStatusResp = new ScanStatusResp { ScanFinished = true, ResultCount = 4 },
    }.ToByteArray();

    private static readonly byte[] ThreadStarted = new ScanPayload
    {
        Msg = ScanMessage.ScanThreadStartResp,
        ThreadStartResp = new ScanStartResp()
    }.ToByteArray();

    private static readonly byte[] ThreadFinished = new ScanPayload
    {
        Msg = ScanMessage.ScanThreadStatusResp,
        ThreadStatusResp = new ScanStatusResp { ScanFinished = true, ResultCount = 2 },
    }.ToByteArray();

    private static readonly byte[] Reset = new CtrlPayload
    {
        Msg = CtrlMessage.CtrlWifiResetResp,
        WifiResetResp = new CtrlResp()
    }.ToByteArray();

    private static readonly SkippingTimeProvider Clock = new();

    // The device's other messages are real ones, from the device's side with the same secrets.
    private static readonly FixedRandom Random = new();

    private static readonly Lazy<byte[][]> DeviceReplies1 = new(() => RealReplies(new Security1(Proof(), Random),
        () => new DeviceSecurity1("abcd1234", Random, static _ => { })));

    private static readonly Lazy<SaltAndVerifier> SaltAndVerifier = new(() =>
    {
        byte[] salt = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        return new SaltAndVerifier(salt, SrpVerifier.Compute("wifiprov"u8, "abcd1234"u8, salt));
    });

    private static readonly Lazy<byte[][]> DeviceReplies2 = new(() => RealReplies(
        new Security2("wifiprov", Proof(), 1, false, Random), () => new DeviceSecurity2(() => SaltAndVerifier.Value, Security2Patch.Patch1,
            Random, static _ => { })));

    private static readonly Action<byte[]>[] CodecList =
    [
        static reply => WifiScanCodec.ParseStartReply(reply),
        static reply => WifiScanCodec.ParseStatusReply(reply),
        static reply => WifiScanCodec.ParseResultReply(reply),
        static reply => ThreadScanCodec.ParseStartReply(reply),
        static reply => ThreadScanCodec.ParseStatusReply(reply),
        static reply => ThreadScanCodec.ParseResultReply(reply),
        static reply => WifiConfigCodec.ParseSetReply(reply),
        static reply => WifiConfigCodec.ParseApplyReply(reply),
        static reply => WifiConfigCodec.ParseStatusReply(reply),
        static reply => ThreadConfigCodec.ParseSetReply(reply),
        static reply => ThreadConfigCodec.ParseApplyReply(reply),
        static reply => ThreadConfigCodec.ParseStatusReply(reply),
        static reply => ControlCodec.ParseWifiResetReply(reply),
        static reply => ControlCodec.ParseWifiReprovisionReply(reply),
        static reply => ControlCodec.ParseThreadResetReply(reply),
        static reply => ControlCodec.ParseThreadReprovisionReply(reply),
    ];

    public static FuzzTarget Replies { get; } = new()
    {
        Name = "session-replies",
        Inputs = 100_000,
        Shape = FuzzShape.Protobuf,
        MaxLength = 16_384,
        Corpus = FuzzCorpus.WithChoice(Verbs, Messages, static input => RunVerb(input, default).GetAwaiter().GetResult()),
        Run = static (input, stop) => RunVerb(input, stop).GetAwaiter().GetResult(),
    };

    /// <summary>The same codecs without a session around them, which is where the depth is.</summary>
    public static FuzzTarget Codecs { get; } = new()
    {
        Name = "session-payloads",
        Inputs = 150_000,
        Shape = FuzzShape.Protobuf,
        Corpus = FuzzCorpus.WithChoice(CodecList.Length, Messages, static input => RunCodec(input)),
        Run = static (input, stop) => RunCodec(input),
    };

    public static FuzzTarget Handshake0 { get; } = new()
    {
        Name = "handshake-0",
        Inputs = 50_000,
        Shape = FuzzShape.Protobuf,
        Corpus =
        [
            .. FuzzCorpus.Replies(EndpointNames.Session).Where(static reply => SessionData.Parser.ParseFrom(reply).Sec0 is not null),
            .. FuzzCorpus.Replies(EndpointNames.Session).Take(2),
        ],
        Run = static (input, stop) =>
        {
            using var scheme = new Security0();
            scheme.EstablishAsync((_, _) => Task.FromResult(input), stop).GetAwaiter().GetResult();
        },
    };

    public static FuzzTarget Handshake1 { get; } = new()
    {
        Name = "handshake-1",
        Inputs = 10_000,
        Shape = FuzzShape.Protobuf,
        Corpus = [.. Enumerable.Range(0, 2).Select(step => (byte[])[(byte)step, .. DeviceReplies1.Value[step]]), .. FuzzCorpus.WithChoice(2,
            FuzzCorpus.Replies(EndpointNames.Session).Take(2))],
        Run = static (input, stop) =>
        {
            using Secret proof = Proof();
            using var scheme = new Security1(proof, Random);
            Establish(scheme, DeviceReplies1.Value, input, stop);
            _ = scheme.Decrypt(input);
        },
    };

    public static FuzzTarget Handshake2 { get; } = new()
    {
        Name = "handshake-2",
        Inputs = 1_500,
        Shape = FuzzShape.Protobuf,
        Corpus = [.. Enumerable.Range(0, 2).Select(step => (byte[])[(byte)step, .. DeviceReplies2.Value[step]]), .. FuzzCorpus.WithChoice(2,
            FuzzCorpus.Replies(EndpointNames.Session).Take(2))],
        Run = static (input, stop) =>
        {
            using Secret password = Proof();
            using var scheme = new Security2("wifiprov", password, null, false, Random);
            Establish(scheme, DeviceReplies2.Value, input, stop);
            Assert.Throws<ProvisioningException>(() => scheme.Decrypt(input));
        },
    };

    public static IEnumerable<FuzzTarget> All => [Replies, Codecs, Handshake0, Handshake1, Handshake2];

    private static IEnumerable<byte[]> Thread =>
    [
        new ScanPayload
        {
            Msg = ScanMessage.ScanThreadResultResp,
            ThreadResultResp = new ThreadScanResultResp
            {
                Entries =
                {
                    new ThreadScanEntry
                    {
                        PanId = 0x1234, Channel = 15, Rssi = -50, Lqi = 200, NetworkName = ByteString.CopyFromUtf8("OpenThread"),
                        ExtAddr = ByteString.CopyFrom(1, 2, 3, 4, 5, 6, 7, 8), ExtPanId = ByteString.CopyFrom(1, 2, 3, 4, 5, 6, 7, 8),
                    },
                },
            },
        }.ToByteArray(),
        new ConfigPayload
        {
            Msg = ConfigMessage.ConfigGetThreadStatusResp,
            GetThreadStatusResp = new GetThreadStatusResp
            {
                Attached = new ThreadAttached { PanId = 0x1234, Channel = 15, Name = ByteString.CopyFromUtf8("OpenThread"), ExtPanId = ByteString.CopyFrom(1, 2, 3,
                    4, 5, 6, 7, 8) },
            },
        }.ToByteArray(),
        new ConfigPayload
        {
            Msg = ConfigMessage.ConfigGetThreadStatusResp,
            GetThreadStatusResp = new GetThreadStatusResp { ThreadState = EspProv.Wire.ThreadState.ThreadAttachingFailed,
                FailReason = ThreadFailReason.ThreadNetworkNotFound },
        }.ToByteArray(),
        new ConfigPayload { Msg = ConfigMessage.ConfigSetThreadConfigResp, SetThreadConfigResp = new SetConfigResp() }.ToByteArray(),
        new ConfigPayload { Msg = ConfigMessage.ConfigApplyThreadConfigResp, ApplyThreadConfigResp = new ApplyConfigResp() }.ToByteArray(),
        new CtrlPayload { Msg = CtrlMessage.CtrlThreadResetResp, ThreadResetResp = new CtrlResp() }.ToByteArray(),
        new CtrlPayload { Msg = CtrlMessage.CtrlThreadReprovResp, ThreadReprovResp = new CtrlResp() }.ToByteArray(),
    ];

    private static IEnumerable<byte[]> Messages =>
    [
        .. FuzzCorpus.Replies(EndpointNames.Scan), .. FuzzCorpus.Replies(EndpointNames.Config),
        .. FuzzCorpus.Replies(EndpointNames.Control),
        WifiStarted, WifiFinished, ThreadStarted, ThreadFinished, Reset, .. Thread,

        // Groups in groups, and messages in messages, without an end.
        .. new byte[] { 0x4B, 0x0B }.Select(tag => Enumerable.Repeat(tag, 3000).ToArray()),
    ];

    private static Secret Proof() => Secret.FromUtf8("abcd1234");

    private static void RunCodec(byte[] input)
    {
        if (input.Length > 0)
            CodecList[input[0] % CodecList.Length](input[1..]);
    }

    // The first byte says which verb, and so which of its replies, is the hostile one.
    private static async Task RunVerb(byte[] input, CancellationToken stop)
    {
        if (input.Length == 0)
            return;
        byte[] reply = input[1..];
        int verb = input[0] % Verbs;
        byte[][] script = verb switch
        {
            1 => [WifiStarted, reply],
            2 => [WifiStarted, WifiFinished, reply, reply],
            4 => [ThreadStarted, reply],
            5 => [ThreadStarted, ThreadFinished, reply, reply],
            _ => [reply],
        };
        var device = new ScriptedDevice
        {
            VersionReply =
                """{"prov":{"ver":"netprov-v1.2","sec_ver":0,"cap":["no_sec","wifi_scan","wifi_prov","thread_scan","thread_prov"]}}""",
            Script = new Queue<byte[]>(script.Select(answer => answer.ToArray())),
        };
        ProvisioningSession session = await ProvisioningSession.ConnectAsync(
            Device, device, new SessionOptions { AllowUnencrypted = true, TimeProvider = Clock }, stop);
        await using (session.ConfigureAwait(false))
        {
            switch (verb)
            {
                case 0 or 1 or 2:
                    await session.ScanWifiAsync(new WifiScanOptions(), stop);
                    break;
                case 3 or 4 or 5:
                    await session.ScanThreadAsync(new ThreadScanOptions(), stop);
                    break;
                case 6:
                    await session.GetWifiStatusAsync(stop);
                    break;
                case 7:
                    ThreadStatus status = await session.GetThreadStatusAsync(stop);
                    Assert.True(status.Channel is null or >= 0);
                    break;
                case 8:
                    using (var credential = new WifiCredential("net"u8.ToArray(), Proof()))
                        await session.SetWifiCredentialAsync(credential, stop);
                    break;
                case 9:
                    await session.ApplyWifiCredentialAsync(stop);
                    break;
                case 10:
                    using (var dataset = ThreadDataset.Parse(Convert.FromHexString("0510000102030405060708090a0b0c0d0e0f")))
                        await session.SetThreadDatasetAsync(dataset, stop);
                    break;
                case 11:
                    await session.ResetWifiAsync(stop);
                    break;
                case 12:
                    await session.ReprovisionThreadAsync(stop);
                    break;
                default:
                    await session.SendCustomDataAsync("custom-data", new byte[] { 1 }, stop);
                    break;
            }
        }
    }

    // The first byte says which of the two replies is the hostile one.
    private static void Establish(ISecurityScheme scheme, byte[][] replies, byte[] input, CancellationToken stop)
    {
        int hostile = input.Length > 0 ? input[0] & 1 : 0;
        int step = 0;
        scheme.EstablishAsync(
            (_, _) =>
            {
                byte[] reply = step == hostile ? input[Math.Min(1, input.Length)..] : replies[step];
                step++;
                return Task.FromResult(reply);
            },
            stop).GetAwaiter().GetResult();
    }

    private static byte[][] RealReplies(ISecurityScheme scheme, Func<IDeviceSecurity> makeDevice)
    {
        using IDeviceSecurity device = makeDevice();
        using ISecurityScheme client = scheme;
        device.OpenSession(1);
        var replies = new List<byte[]>();
        client.EstablishAsync(
            (request, _) =>
            {
                replies.Add(device.Handshake(1, SessionData.Parser.ParseFrom(request.Span))!.ToByteArray());
                return Task.FromResult(replies[^1]);
            },
            default).GetAwaiter().GetResult();
        return [.. replies];
    }

    /// <summary>The same bytes each time, so that a device's recorded replies fit every handshake.</summary>
    private sealed class FixedRandom : IRandomSource
    {
        public void Fill(Span<byte> buffer)
        {
            for (int i = 0; i < buffer.Length; i++)
                buffer[i] = (byte)(7 + (13 * i));
        }
    }
}
