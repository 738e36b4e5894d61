using System.Text;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Report;
using EspProv.Host.Wifi.Windows;
using EspProv.Networks.Thread;
using EspProv.Transports;
using EspProv.Transports.Gatt;
using EspProv.Transports.Http;
using EspProv.Transports.Serial;
using EspProv.Virtual;
using EspProv.Wire;

namespace EspProv.Tests.Fuzz;

/// <summary>
/// Parsers of text and files: what a device says in the clear, a label, a dataset, a journal, a state file, a console, a Wi-Fi scan of
/// this machine.
/// </summary>
internal static class TextTargets
{
    private const string ConsoleLine = "prov-session 12 0a0b";

    private static readonly IReadOnlyList<byte[]> JsonTokens = FuzzTarget.Texts(
        "{", "}", "[", "]", "\"", ":", ",", "\\", "\\u0000", "\\ud800", "null", "-1", "1e999", "{\"", "\":", "[[[[[[[[", "{\"a\":{\"a\":");

    private static readonly IReadOnlyList<byte[]> JournalTokens =
        [.. JsonTokens, .. FuzzTarget.Texts("\n", "Connected", "Apply", "Unknown", "1/2", "\"ms\":", "\"type\":\"run\"", "\"type\":\"row\"",
            "\"type\":\"end\"")];

    private static readonly IReadOnlyList<byte[]> Journals = FuzzTarget.Texts(
        """
        {"type":"run","time":"2026-01-02T03:04:05.006Z","format":"espprov-journal-2","plan":"p"}
        {"type":"row","time":"2026-01-02T03:04:06.006Z","row":1,"key":"k1","name":"PROV_1","stage":"Apply","attempt":1,"ssid":"net"}
        {"type":"row","time":"2026-01-02T03:04:07.006Z","row":1,"key":"k1","name":"PROV_1","stage":"Done","attempt":1,"ssid":"net","status":"Connected","reason":"x","address":"1.2.3.4","transport":"Ble","securityVersion":2,"network":"Wifi","ipAddress":"10.0.0.1","bssid":"00:11:22:33:44:55","channel":6,"ms":1234}
        {"type":"end","time":"2026-01-02T03:04:08.006Z","rows":1,"plan":"q"}

        """,
        """
        {"type":"run","time":"2026-01-02T03:04:05.006Z","format":"espprov-journal-2","plan":"p","shard":"1/3","resumed":true}
        {"type":"row","time":"2026-01-02T03:04:07.006Z","row":7,"key":"k7","name":"PROV_7","stage":"Connect","attempt":3,"status":"Failed","ms":99,"errorId":"DeviceUnreachable","error":"no"}

        """);

    public static FuzzTarget VersionReply { get; } = new()
    {
        Name = "version-reply",
        Inputs = 150_000,
        Shape = FuzzShape.Json,
        Tokens = [.. JsonTokens, .. FuzzTarget.Texts("prov", "sec_ver", "sec_patch_ver", "cap", "no_pop", "no_sec", "V0.1")],
        MaxLength = 20_000,
        Corpus =
        [
            .. FuzzCorpus.Replies(EndpointNames.Version),
            .. FuzzTarget.Texts(
                """{"prov":{"ver":"netprov-v1.2","sec_ver":2,"sec_patch_ver":1,"cap":["thread_prov","thread_scan"]},"app":{"ver":"1","cap":["a"]}}""",
                """{"prov":{"ver":1,"sec_ver":"1","cap":"no_pop"}}""",
                "V0.1",
                "SUCCESS\0"),
        ],
        Run = static (input, stop) =>
        {
            var capability = DeviceCapability.Parse(input);
            _ = capability.Supports(ProvisioningNetwork.Thread);
        },
    };

    public static FuzzTarget QrCode { get; } = new()
    {
        Name = "qr-code",
        Inputs = 150_000,
        Shape = FuzzShape.Json,
        Tokens = [.. JsonTokens, .. FuzzTarget.Texts("%7B", "%22", "%", "%f", "+", "&", "#", "data=", "?", "https://", "pop", "security",
            "transport", "\ufeff")],
        Corpus = FuzzTarget.Texts(
            """{"ver":"v1","name":"PROV_261FCC","username":"wifiprov","pop":"abcd1234","transport":"ble","security":2,"password":"12345678","network":"wifi"}""",
            """{"ver":"v1","name":"PROV_261FCC","transport":"softap","security":"1","network":"thread","extra":[1,{"a":null}]}""",
            """https://espressif.github.io/esp-jumpstart/qrcode.html?data={"ver":"v1","name":"PROV_1","pop":"a+b%","transport":"softap"}""",
            "https://espressif.github.io/esp-jumpstart/qrcode.html?x=1&data=%7B%22ver%22%3A%22v1%22%2C%22name%22%3A%22PROV_1%22%2C%22transport%22%3A%22ble%22%7D#top",
            "http://x/?data={%22ver%22:%22v1%22,%22name%22:%22PROV%201%22,%22transport%22:%22ble%22}"),
        Run = static (input, stop) =>
        {
            // UTF-16 as it comes: a lone surrogate is the reader's to find.
            string text = input.Length > 0 && (input[0] & 1) == 0 && input[0] > 0xF0
                ? new string(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, char>(input.AsSpan()[..(input.Length & ~1)]))
                : Encoding.UTF8.GetString(input);
            using var payload = QrPayload.Parse(text);
            _ = payload.ExpectedSecurityVersion;
            _ = payload.ToJson();
        },
    };

    public static FuzzTarget ThreadTlvs { get; } = new()
    {
        Name = "thread-dataset",
        Inputs = 150_000,
        MaxLength = 600,
        Corpus =
        [
            .. new[]
            {
                "0e080000000000010000000300000f35060004001fffe00208dead00beef00cafe0708fd00deadbeef00000510000102030405060708090a0b0c0d0e0f030a4f70656e54687265616401021234041061e1206d2c2b46e079eb775f41fc72190c0402a0f7f8",
                "0510000102030405060708090a0b0c0d0e0f",
                "00030000190102f00d0510ffeeddccbbaa99887766554433221100020811111111222222220304c3a9c3a9",
                "4a030000140510000102030405060708090a0b0c0d0e0f3506000400020000340400007530330800000000000100000301ff",
            }.Select(Convert.FromHexString),
        ],
        Run = static (input, stop) =>
        {
            // The device looks before it parses, and so does every reader of an entry.
            _ = DatasetTlvs.FindError(input);
            using var digits = Secret.FromUtf8(Convert.ToHexStringLower(input));
            using var dataset = ThreadDataset.ParseHex(digits);
            _ = dataset.ToString();
        },
    };

    public static FuzzTarget ThreadHex { get; } = new()
    {
        Name = "thread-dataset-digits",
        Inputs = 50_000,
        MaxLength = 1200,
        Tokens = FuzzTarget.Texts(" ", "\r\n", "0x", "ff", "g", "\0"),
        Corpus = FuzzTarget.Texts("0510000102030405060708090a0b0c0d0e0f", " 00030000190510000102030405060708090A0B0C0D0E0F030161 "),
        Run = static (input, stop) =>
        {
            using var digits = new Secret(input);
            ThreadDataset.ParseHex(digits).Dispose();
        },
    };

    public static FuzzTarget Journal { get; } = new()
    {
        Name = "journal",
        Inputs = 60_000,
        Shape = FuzzShape.Json,
        MaxLength = 16_384,
        Tokens = JournalTokens,
        Corpus = Journals,
        IsExpected = static exception => exception is FleetJournalException,
        Run = static (input, stop) => ReadJournal(input),
    };

    /// <summary>What a journal says, shown: numbers and times that no run has.</summary>
    public static FuzzTarget JournalReport { get; } = new()
    {
        Name = "journal-report",
        Inputs = 6_000,
        Shape = FuzzShape.Json,
        Tokens = JournalTokens,
        Corpus = Journals,
        IsExpected = static exception => exception is FleetJournalException,
        Run = static (input, stop) => new FleetHtmlReport(ReadJournal(input), "Title", DateTimeOffset.UnixEpoch).Write(TextWriter.Null),
    };

    public static FuzzTarget StateFile { get; } = new()
    {
        Name = "device-state-file",
        Inputs = 50_000,
        Shape = FuzzShape.Json,
        Tokens = JsonTokens,
        Corpus = FuzzTarget.Texts(
            """{"format":"espprov-virtual-device-1","ssid":"4d79","salt":"000102030405060708090a0b0c0d0e0f","digest":"000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f"}"""),
        IsExpected = static exception => exception is InvalidDataException,
        Run = static (input, stop) => DeviceStateFile.Parse(input, "state.json"),
    };

    public static FuzzTarget ConsoleReplies { get; } = new()
    {
        Name = "serial-lines",
        Inputs = 60_000,
        MaxLength = 64 * 1024,
        AllocationPerByte = 64,
        Tokens = FuzzTarget.Texts(
            "\n>> ", "\r\n", "\r", "\n", "I (1) a: ", "E (00:00:01.250) a: b\n", "\x1b[0;32m", "\x1b[", "rst:0x1 (", "1001", ConsoleLine,
            "prov-session 12 ", ">> "),
        Corpus = FuzzTarget.Texts(
            "prov-session 12 0a0b\r\n\r\n1001\r\n\n>> ",
            "\n>> prov-session 12 0a0b\r\n\x1b[0;32mI (445) app: Starting provisioning\x1b[0m\r\n\r\n10I (445) app: Hello World!\r\n01\r\nI (9) wifi: done 0a\r\n\n>> ",
            "\r\n1001\r\n\n>> ",
            "prov-session 12 0a0b\r\nUnrecognized command\r\n\n>> ",
            "rst:0x1 (POWERON_RESET),boot:0x13"),
        Run = static (input, stop) =>
        {
            string received = Encoding.Latin1.GetString(input);
            _ = ConsoleText.HasPrompt(received);
            _ = ConsoleText.HasRestarted(received);
            _ = ConsoleText.Find(received, ConsoleLine);
        },
    };

    public static FuzzTarget Beacons { get; } = new()
    {
        Name = "beacon-elements",
        Inputs = 50_000,
        MaxLength = 600,
        Corpus =
        [
            Convert.FromHexString("0004746573743014010000fac040100000fac040100000fac020000".PadRight(56, '0')[..56]),
            Convert.FromHexString("301a0100000fac04010000" + "0fac040200000fac02000fac080000"),
        ],
        Run = static (input, stop) => WlanSecurityReader.Read(new WlanAccessPoint([], new byte[6], -50, 0x10, input)),
    };

    /// <summary>An address, from a row of a plan: what it is checked with, and what it is told by.</summary>
    public static FuzzTarget Addresses { get; } = new()
    {
        Name = "device-address",
        Inputs = 50_000,
        MaxLength = 300,
        FixedAllocation = 2 << 20,
        Tokens = FuzzTarget.Texts("http://", "[", "]", ":", "/", "%", "%25", "::", "\u00df", "\u3002", "xn--", ".", "65536", "-1", "@", "?",
            "#", "\\"),
        Corpus = FuzzTarget.Texts(
            "192.168.4.1", "192.168.4.1:80", "http://device.local:8080/", "[fe80::1%eth0]:80", "fe80::1", "xn--bcher-kva.example",
            "24:0A:C4:26:1F:CC", "/dev/ttyUSB0", "COM3"),
        Run = static (input, stop) =>
        {
            string text = Encoding.UTF8.GetString(input);
            foreach (ProvisioningTransport transport in Enum.GetValues<ProvisioningTransport>())
            {
                var row = new FleetRow { Number = 1, Transport = transport, Address = text, Name = text, Ssid = input };
                _ = FleetRowCheck.Check(row);
                _ = FleetIdentity.KeyOf(row);
                _ = FleetIdentity.DeviceOf(row);
            }

            _ = BluetoothAddress.TryParse(text, out string? _);
            var address = HttpDeviceAddress.Parse(text);
            _ = address.EndPoint;
            _ = new Uri(address.BaseUri, "/proto-ver").IdnHost;
        },
    };

    public static IEnumerable<FuzzTarget> All =>
        [VersionReply, QrCode, ThreadTlvs, ThreadHex, Journal, JournalReport, StateFile, ConsoleReplies, Beacons, Addresses];

    private static FleetResult[] ReadJournal(byte[] input)
    {
        var merge = new FleetJournalMerge();
        merge.Add(new MemoryStream(input), "journal");
        merge.Complete();
        return [.. merge.Results()];
    }
}
