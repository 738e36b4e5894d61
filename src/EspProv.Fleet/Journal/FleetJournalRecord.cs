using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EspProv.Devices;

namespace EspProv.Fleet.Journal;

/// <summary>One line of a journal.</summary>
internal abstract record FleetJournalRecord
{
    public const string Format = "espprov-journal-1";

    // A year: far above what a device takes, and far below where sums of times overflow.
    private const long MaxMilliseconds = 366L * 24 * 60 * 60 * 1000;

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>When it was written.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The line, with its line feed.</summary>
    public byte[] ToLine()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            Write(json);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a line back.</summary>
    /// <exception cref="FormatException">It is not one of a journal's.</exception>
    public static FleetJournalRecord Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement json = document.RootElement;
            return json.GetProperty("type").GetString() switch
            {
                "run" => FleetRunRecord.Read(json),
                "row" => FleetRowRecord.Read(json),
                "end" => FleetEndRecord.Read(json),
                _ => throw new FormatException("The line is of a type that a journal does not have."),
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("The line is not a journal's.", e);
        }
    }

    protected abstract void Write(Utf8JsonWriter json);

    protected static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    protected static int? Number(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : null;

    protected static string Required(JsonElement json, string name) =>
        json.GetProperty(name).GetString() ?? throw new FormatException($"The line has no {name}.");

    // As it was written: a number would pass for a name, and one of none.
    protected static T Name<T>(JsonElement json, string name)
        where T : struct, Enum =>
        Enum.TryParse(Required(json, name), out T value) && Enum.GetName(value) == Required(json, name)
            ? value
            : throw new FormatException($"The line's {name} is none that there is.");

    protected static TimeSpan DurationOf(JsonElement json) =>
        json.GetProperty("ms").GetInt64() is >= 0 and <= MaxMilliseconds and var milliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw new FormatException("The line's time is none that a device takes.");

    protected static DateTimeOffset TimeOf(JsonElement json) => json.GetProperty("time").GetDateTimeOffset();

    protected static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    protected static void Write(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
    }

    protected void WriteHead(Utf8JsonWriter json, string type)
    {
        json.WriteString("type", type);
        json.WriteString("time", FleetTime.Format(Time));
    }
}

/// <summary>The start of a run: the first line, and one more for every time that it was resumed.</summary>
internal sealed record FleetRunRecord : FleetJournalRecord
{
    /// <summary>The plan that it is a run of, by the key of the plan's first row.</summary>
    public required string Plan { get; init; }

    /// <summary>Which part of the plan.</summary>
    public string? Shard { get; init; }

    /// <summary>Whether it goes on where an earlier run ended.</summary>
    public bool Resumed { get; init; }

    internal static FleetRunRecord Read(JsonElement json)
    {
        if (Text(json, "format") != Format)
            throw new FormatException($"The journal is not of the format {Format}.");
        return new FleetRunRecord
        {
            Time = TimeOf(json),
            Plan = Required(json, "plan"),
            Shard = Text(json, "shard") is { } shard ? FleetShard.Parse(shard).ToString() : null,
            Resumed = json.TryGetProperty("resumed", out JsonElement resumed) && resumed.GetBoolean(),
        };
    }

    protected override void Write(Utf8JsonWriter json)
    {
        WriteHead(json, "run");
        json.WriteString("format", Format);
        json.WriteString("plan", Plan);
        Write(json, "shard", Shard);
        if (Resumed)
            json.WriteBoolean("resumed", true);
    }
}

/// <summary>A row changed its state: a stage begins, or the row has its result.</summary>
internal sealed record FleetRowRecord : FleetJournalRecord
{
    /// <summary>What makes the row this row.</summary>
    public required string Key { get; init; }

    /// <summary>The row's place in the plan.</summary>
    public required int Row { get; init; }

    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>The stage that begins, or in which it ended.</summary>
    public required FleetStage Stage { get; init; }

    /// <summary>The attempt that it belongs to.</summary>
    public int Attempt { get; init; }

    /// <summary>The result, when the row has one.</summary>
    public FleetResult? Result { get; init; }

    /// <summary>The network, for rows that have no result yet.</summary>
    public string? Ssid { get; init; }

    internal static FleetRowRecord Read(JsonElement json)
    {
        var record = new FleetRowRecord
        {
            Time = TimeOf(json),
            Key = Required(json, "key"),
            Row = json.GetProperty("row").GetInt32(),
            Device = UntrustedText.Show(Required(json, "device")),
            Stage = Name<FleetStage>(json, "stage"),
            Attempt = Number(json, "attempt") ?? 0,
            Ssid = UntrustedText.Show(Text(json, "ssid")),
        };
        if (Text(json, "status") is null)
            return record;
        return record with
        {
            Result = new FleetResult
            {
                Row = record.Row,
                Device = record.Device,
                Address = Text(json, "address"),
                Transport = Text(json, "transport"),
                Security = Number(json, "security"),
                Network = Text(json, "network") is null ? null : Name<ProvisioningNetwork>(json, "network"),
                Ssid = record.Ssid,
                SsidBytes = SsidBytesOf(json),
                Status = Name<FleetStatus>(json, "status"),
                Stage = record.Stage,
                Reason = Text(json, "reason"),
                Ip = Text(json, "ip"),
                Bssid = Text(json, "bssid"),
                Channel = Number(json, "channel"),
                Attempts = record.Attempt,
                Duration = DurationOf(json),
                ErrorId = Text(json, "errorId"),
                Error = Text(json, "error"),
                Warning = Text(json, "warning"),
                Timestamp = record.Time,
            },
        };
    }

    // On record only where the SSID is not the text that is shown for it.
    private static ReadOnlyMemory<byte>? SsidBytesOf(JsonElement json) => Text(json, "ssidBytes") is { } hex
        ? Convert.FromHexString(hex)
        : Text(json, "network") is nameof(ProvisioningNetwork.Wifi) && Text(json, "ssid") is { } ssid ? Encoding.UTF8.GetBytes(ssid) : null;

    protected override void Write(Utf8JsonWriter json)
    {
        WriteHead(json, "row");
        json.WriteNumber("row", Row);
        json.WriteString("key", Key);
        json.WriteString("device", Device);
        json.WriteString("stage", Stage.ToString());
        json.WriteNumber("attempt", Attempt);
        Write(json, "ssid", Ssid);
        if (Result is not { } result)
            return;
        json.WriteString("status", result.Status.ToString());
        Write(json, "reason", result.Reason);
        Write(json, "address", result.Address);
        Write(json, "transport", result.Transport);
        Write(json, "security", result.Security);
        Write(json, "network", result.Network?.ToString());
        if (result is { Ssid: { } shown, SsidBytes: { } ssid } && !ssid.Span.SequenceEqual(Encoding.UTF8.GetBytes(shown)))
            json.WriteString("ssidBytes", Convert.ToHexString(ssid.Span));
        Write(json, "ip", result.Ip);
        Write(json, "bssid", result.Bssid);
        Write(json, "channel", result.Channel);
        json.WriteNumber("ms", (long)result.Duration.TotalMilliseconds);
        Write(json, "errorId", result.ErrorId);
        Write(json, "error", result.Error);
        Write(json, "warning", result.Warning);
    }
}

/// <summary>All rows of the plan were seen.</summary>
internal sealed record FleetEndRecord : FleetJournalRecord
{
    /// <summary>How many rows the plan has, those of other shards included.</summary>
    public required int Rows { get; init; }

    /// <summary>A digest over the keys of all of them.</summary>
    public required string Plan { get; init; }

    internal static FleetEndRecord Read(JsonElement json) => new()
    {
        Time = TimeOf(json),
        Rows = json.GetProperty("rows").GetInt32(),
        Plan = Required(json, "plan"),
    };

    protected override void Write(Utf8JsonWriter json)
    {
        WriteHead(json, "end");
        json.WriteNumber("rows", Rows);
        json.WriteString("plan", Plan);
    }
}
