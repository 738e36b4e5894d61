using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using EspProv.Tests.Support;
using EspProv.Virtual;

namespace EspProv.Tests.Virtual;

/// <summary>The raw-socket probes of the vendor's HTTP server, put to ours: same status line, headers and body, same end of the connection.</summary>
[Trait("Category", "Vectors")]
public class HttpProbeTests
{
    // Probes whose answer cannot be the recorded one, and why.
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["B1: connection 1"] = "The recorded device's X25519 private key is not in the file, so its public key cannot be repeated; everything else is compared.",
    };

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Every_probe_is_answered_as_the_firmware_did()
    {
        HttpProbe[] probes = Vectors.Read<HttpProbeFile>("http_probes.json").Probes;
        Assert.NotEmpty(probes);
        Assert.True(Exceptions.Count < 10);

        var random = new SessionNumberSource();
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { Random = random }, default);
        var faults = new List<string>();
        var connections = new Dictionary<string, RawHttpConnection>();
        RawHttpConnection? last = null;
        try
        {
            foreach (HttpProbe probe in probes)
            {
                random.Next = probe.SetCookie;
                string key = ConnectionOf(probe.Probe);
                if (!connections.TryGetValue(key, out RawHttpConnection? connection) && !(IsOnTheLastConnection(probe.Probe) && (connection = last) is not null))
                    connections[key] = connection = await RawHttpConnection.OpenAsync(device.Address);
                last = connection;

                await connection!.SendAsync(probe.Sent);
                faults.AddRange(await CompareAsync(probe, connection));

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

    private static async Task<List<string>> CompareAsync(HttpProbe probe, RawHttpConnection connection)
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
        if (Exceptions.ContainsKey(probe.Probe))
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
        [JsonRequired]
        public HttpProbe[] Probes { get; init; } = [];
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
