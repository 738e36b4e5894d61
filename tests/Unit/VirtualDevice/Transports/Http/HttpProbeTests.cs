using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using EspProv.Security;
using EspProv.Tests.Support;
using EspProv.Virtual;

namespace EspProv.Tests.Virtual.Transports.Http;

/// <summary>The raw-socket probes of the vendor's HTTP server, put to ours: same status line, headers and body, same end of the connection.</summary>
[Trait("Category", "Vectors")]
public class HttpProbeTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    public static TheoryData<string> Files => Vectors.FileNames("http_probes*.json");

    [Theory]
    [MemberData(nameof(Files))]
    public Task Every_probe_is_answered_as_the_firmware_did(string file) => ProbeAsync(Vectors.Read<HttpProbeFile>(file));

    [Fact]
    public Task The_device_that_is_probed_is_the_one_that_the_file_names() => ProbeAsync(Vectors.Parse<HttpProbeFile>(
        "inline",
        """
        {
          "device": { "component": "network", "security": 0 },
          "probes": [
            {
              "probe": "prov-session with the scheme's number only",
              "sent_hex": "504f5354202f70726f762d73657373696f6e20485454502f312e310d0a436f6e74656e742d4c656e6774683a20320d0a0d0a1000",
              "sent_len": 52,
              "status_line": "HTTP/1.1 200 OK",
              "headers": [ "Content-Type: text/html", "Content-Length: 7", "Set-Cookie: session=1" ],
              "body": "R\u0005\b\u0001\u00aa\u0001\u0000",
              "connection_after": "kept open"
            },
            {
              "probe": "proto-ver",
              "sent_hex": "504f5354202f70726f746f2d76657220485454502f312e310d0a436f6e74656e742d4c656e6774683a20330d0a0d0a2d2d2d",
              "sent_len": 50,
              "status_line": "HTTP/1.1 200 OK",
              "headers": [ "Content-Type: text/html", "Content-Length: 126", "Set-Cookie: session=2" ],
              "body": "{\n\t\"prov\":\t{\n\t\t\"ver\":\t\"netprov-v1.2\",\n\t\t\"sec_ver\":\t0,\n\t\t\"sec_patch_ver\":\t0,\n\t\t\"cap\":\t[\"no_sec\", \"wifi_prov\", \"wifi_scan\"]\n\t}\n}",
              "connection_after": "kept open"
            }
          ]
        }
        """));

    private static async Task ProbeAsync(HttpProbeFile file)
    {
        Assert.NotEmpty(file.Probes);
        var random = new SessionNumberSource();
        await using VirtualDevice device = await VirtualDevice.StartAsync(
            new VirtualDeviceOptions
            {
                Random = random,
                Component = file.Device.Component switch
                {
                    "wifi" => ProvisioningComponent.WifiProvisioning,
                    "network" => ProvisioningComponent.NetworkProvisioning,
                    string other => throw new InvalidDataException($"There is no component '{other}'."),
                },
                SecurityVersion = (SecurityVersion)file.Device.Security,
            },
            default);
        var faults = new List<string>();
        var connections = new Dictionary<string, RawHttpConnection>();
        RawHttpConnection? last = null;
        try
        {
            foreach (HttpProbe probe in file.Probes)
            {
                random.Next = probe.SetCookie;
                string key = ConnectionOf(probe.Probe);
                if (!connections.TryGetValue(key, out RawHttpConnection? connection) && !(IsOnTheLastConnection(probe.Probe) && (connection = last) is not null))
                    connections[key] = connection = await RawHttpConnection.OpenAsync(device.Address);
                last = connection;

                await connection!.SendAsync(probe.Sent);
                faults.AddRange(await CompareAsync(probe, connection, file.Device.Security));

                // The prober gave up waiting; until it does the device serves nobody else.
                if (probe.ConnectionAfter == "timeout(open)")
                    connection.Dispose();
            }
        }
        finally
        {
            foreach (RawHttpConnection connection in connections.Values)
                connection.Dispose();
        }

        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
    }

    private static async Task<List<string>> CompareAsync(HttpProbe probe, RawHttpConnection connection, int security)
    {
        var faults = new List<string>();
        void Compare(string what, string? expected, string? actual)
        {
            if (expected != actual)
                faults.Add($"{probe.Probe}: {what} is '{actual}' and not '{expected}'");
        }

        bool staysOpen = probe.ConnectionAfter is "kept open" or "timeout(open)";
        RawHttpResponse? response = probe.StatusLine is null && staysOpen ? null : await connection.ReadResponseAsync();
        Compare("status line", probe.StatusLine, response?.StatusLine);

        // The recorded device's keys are not in the file, so that its answer to a handshake cannot be repeated; everything else is compared.
        if (security != 0 && probe is { IsHandshake: true, StatusLine: "HTTP/1.1 200 OK" })
            Compare("length of the body", probe.Body.Length.ToString(CultureInfo.InvariantCulture), response?.Body.Length.ToString(CultureInfo.InvariantCulture));
        else
            Compare("body", probe.Body, Encoding.Latin1.GetString(response?.Body ?? []));
        Compare("headers", string.Join('\n', probe.Headers), string.Join('\n', response?.Headers ?? []));

        // Without a response the end was seen in its place; its kind is that of the last read then.
        ConnectionEnd end = response is null && !staysOpen ? connection.End : await connection.WaitForEndAsync(staysOpen ? Moment : TimeSpan.FromSeconds(30));
        Compare("connection", staysOpen ? "open" : "closed", end == ConnectionEnd.Open ? "open" : "closed");
        if (probe.ConnectionAfter == "reset")
            Compare("end", "Reset", end.ToString());
        return faults;
    }

    // "A2: same connection …", "A8: … on the same socket"
    private static bool IsOnTheLastConnection(string probe) =>
        probe.Contains("same connection", StringComparison.Ordinal) || probe.Contains("same socket", StringComparison.Ordinal);

    // "B1: connection 1" and "B3: connection 1 again" are one connection; any other probe has its own.
    private static string ConnectionOf(string probe) =>
        probe.EndsWith(" again", StringComparison.Ordinal) ? probe[4..^" again".Length] : probe.StartsWith("B1: ", StringComparison.Ordinal) ? probe[4..] : probe;

    private sealed class HttpProbeFile
    {
        public HttpProbeDevice Device { get; init; } = new();

        [JsonRequired]
        public HttpProbe[] Probes { get; init; } = [];
    }

    /// <summary>What was probed; the first file, which does not say, is of the default.</summary>
    private sealed class HttpProbeDevice
    {
        /// <summary><c>wifi</c> or <c>network</c>.</summary>
        public string Component { get; init; } = "wifi";

        /// <summary>The scheme's number.</summary>
        public int Security { get; init; } = 1;
    }

    private sealed class HttpProbe
    {
        [JsonRequired]
        public string Probe { get; init; } = "";

        /// <summary>The first bytes; of long requests not all.</summary>
        [JsonRequired]
        public byte[] SentHex { get; init; } = [];

        /// <summary>How many bytes were sent.</summary>
        [JsonRequired]
        public int SentLen { get; init; }

        public string? StatusLine { get; init; }

        public string[] Headers { get; init; } = [];

        /// <summary>The bytes as latin-1 text.</summary>
        [JsonRequired]
        public string Body { get; init; } = "";

        [JsonRequired]
        public string ConnectionAfter { get; init; } = "";

        /// <summary>What was sent. The file cuts long requests, in the middle of a run of one letter, which is made as long as it was.</summary>
        [JsonIgnore]
        public byte[] Sent => [.. SentHex, .. Enumerable.Repeat(SentHex[^1], SentLen - SentHex.Length)];

        [JsonIgnore]
        public bool IsHandshake => SentHex.AsSpan().StartsWith("POST /prov-session "u8);

        [JsonIgnore]
        public uint? SetCookie =>
            Headers.FirstOrDefault(header => header.StartsWith("Set-Cookie: session=", StringComparison.Ordinal)) is { } cookie
                ? uint.Parse(cookie["Set-Cookie: session=".Length..], CultureInfo.InvariantCulture)
                : null;
    }

    /// <summary>The system's generator, but for the number of the next session.</summary>
    private sealed class SessionNumberSource : IRandomSource
    {
        public uint? Next { get; set; }

        public void Fill(Span<byte> buffer)
        {
            SystemRandomSource.Instance.Fill(buffer);
            if (buffer.Length == sizeof(uint) && Next is { } number)
                BinaryPrimitives.WriteUInt32LittleEndian(buffer, number);
        }
    }
}
