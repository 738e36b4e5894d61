using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Sessions;

namespace EspProv.Fleet.Journal;

/// <summary>One line of a journal.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(FleetRunRecord), "run")]
[JsonDerivedType(typeof(FleetRowRecord), "row")]
[JsonDerivedType(typeof(FleetEndRecord), "end")]
internal abstract record FleetJournalRecord
{
    /// <summary>When it was written.</summary>
    [JsonPropertyOrder(-1)]
    public required DateTimeOffset Time { get; init; }

    /// <summary>The line, with its line feed.</summary>
    public byte[] ToLine()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, FleetJournalJson.WriterOptions))
            JsonSerializer.Serialize(json, this, FleetJournalJson.Default.FleetJournalRecord);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a line back.</summary>
    /// <exception cref="FormatException">It is not one of a journal's.</exception>
    public static FleetJournalRecord Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line.Span, FleetJournalJson.Default.FleetJournalRecord)
                ?? throw new FormatException("The line is not a journal's.");
        }
        catch (Exception exception) when (
            exception is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("The line is not a journal's.", exception);
        }
    }
}

/// <summary>The start of a run: the first line, and one for each time the run was resumed.</summary>
internal sealed record FleetRunRecord : FleetJournalRecord, IJsonOnDeserialized
{
    private const string CurrentFormat = "espprov-journal-2";

    /// <summary>The journal's format.</summary>
    [JsonRequired]
    public string Format { get; init; } = CurrentFormat;

    /// <summary>The plan, by the key of its first row.</summary>
    public required string Plan { get; init; }

    /// <summary>The shard; null for the whole plan.</summary>
    public string? Shard { get; init; }

    /// <summary>Whether it continues an earlier run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Resumed { get; init; }

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Format != CurrentFormat)
            throw new FormatException($"The journal is not of the format {CurrentFormat}.");
        if (Plan is null || (Shard is { } shard && FleetShard.Parse(shard).ToString() != shard))
            throw new FormatException("The line does not name the run's plan.");
    }
}

/// <summary>A row changed its state: a stage begins, or the row has its result.</summary>
internal sealed record FleetRowRecord : FleetJournalRecord, IJsonOnDeserialized
{
    // A year: far longer than any device takes, and short enough for sums not to overflow.
    private const long MaxMilliseconds = 366L * 24 * 60 * 60 * 1000;

    /// <summary>The row's number in the plan.</summary>
    public required int Row { get; init; }

    /// <summary>The row's identity.</summary>
    public required string Key { get; init; }

    /// <summary>The device's name, or its address if it has none.</summary>
    public required string Name { get; init; }

    /// <summary>The stage that begins, or the stage in which the row ended.</summary>
    public required FleetStage Stage { get; init; }

    /// <summary>The attempt.</summary>
    public int Attempt { get; init; }

    /// <summary>The network.</summary>
    public string? Ssid { get; init; }

    /// <summary>The network's kind; null while that is up to the device.</summary>
    public ProvisioningNetwork? Network { get; init; }

    /// <summary>How many entries of custom data the device has answered; null if the row has none, or was not worked on.</summary>
    public int? Taken { get; init; }

    /// <summary>Whether the next entry was sent without a known answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool InDoubt { get; init; }

    /// <summary>How the row ended; null for a stage that begins. The properties below are set for a row that ended.</summary>
    public FleetStatus? Status { get; init; }

    public string? Reason { get; init; }

    public ProvisioningWitness? Witness { get; init; }

    public string? Address { get; init; }

    public string? Transport { get; init; }

    public SecurityVersion? SecurityVersion { get; init; }

    /// <summary>In hexadecimal digits; null if it is the text in <see cref="Ssid"/>.</summary>
    public string? SsidBytes { get; init; }

    public string? IPAddress { get; init; }

    public string? Bssid { get; init; }

    public int? Channel { get; init; }

    /// <summary>How long it took, in milliseconds.</summary>
    public long? Ms { get; init; }

    public string? ErrorId { get; init; }

    public string? Error { get; init; }

    public string? Warning { get; init; }

    /// <summary>Whether the device, or the log of its board, reported that it is connected.</summary>
    [JsonIgnore]
    public bool IsConnected => Status is FleetStatus.Connected;

    /// <summary>Whether it was found Invalid or empty: nothing was sent, and it may be corrected later.</summary>
    [JsonIgnore]
    public bool IsUntouched => Status is FleetStatus.Invalid or FleetStatus.Skipped;

    /// <summary>Whether the row has a result.</summary>
    [JsonIgnore]
    public bool HasEnded => Status is not null;

    /// <summary>The record of a row that ended.</summary>
    public static FleetRowRecord Of(string key, FleetResult result) => new()
    {
        Time = result.Timestamp,
        Row = result.Row,
        Key = key,
        Name = result.Name,
        Stage = result.Stage,
        Attempt = result.Attempts,
        Ssid = result.Ssid,
        Network = result.Network,
        Status = result.Status,
        Reason = result.Reason,
        Witness = result.Witness,
        Address = result.Address,
        Transport = result.Transport,
        SecurityVersion = result.SecurityVersion,
        SsidBytes = result is { Ssid: { } shown, SsidBytes: { } ssid } && !ssid.Span.SequenceEqual(Encoding.UTF8.GetBytes(shown))
            ? Convert.ToHexString(ssid.Span)
            : null,
        IPAddress = result.IPAddress,
        Bssid = result.Bssid,
        Channel = result.Channel,
        Ms = (long)result.Duration.TotalMilliseconds,
        ErrorId = result.ErrorId,
        Error = result.Error,
        Warning = result.Warning,
    };

    /// <summary>The result of a row that ended.</summary>
    public FleetResult ToResult() => new()
    {
        Row = Row,
        Name = Name,
        Address = Address,
        Transport = Transport,
        SecurityVersion = SecurityVersion,
        Network = Network,
        Ssid = Ssid,
        SsidBytes = SsidBytes is { } hex
            ? Convert.FromHexString(hex)
            : Network is ProvisioningNetwork.Wifi && Ssid is { } ssid ? Encoding.UTF8.GetBytes(ssid) : null,
        Status = Status!.Value,
        Stage = Stage,
        Reason = Reason,
        Witness = Witness,
        IPAddress = IPAddress,
        Bssid = Bssid,
        Channel = Channel,
        Attempts = Attempt,
        Duration = TimeSpan.FromMilliseconds(Ms!.Value),
        ErrorId = ErrorId,
        Error = Error,
        Warning = Warning,
        Timestamp = Time,
    };

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Key is null || Name is null)
            throw new FormatException("The line does not name its row.");
        if (Taken < 0)
            throw new FormatException("The count of custom data is negative.");
        if (!HasEnded)
            return;
        if (Ms is not (>= 0 and <= MaxMilliseconds))
            throw new FormatException("The duration is out of range.");
        if (SsidBytes is { } hex)
            _ = Convert.FromHexString(hex);
    }
}

/// <summary>The end of the plan: all rows have their results.</summary>
internal sealed record FleetEndRecord : FleetJournalRecord
{
    /// <summary>The number of rows in the plan, including those of other shards.</summary>
    public required int Rows { get; init; }

    /// <summary>A digest of the keys of all rows.</summary>
    public required string Plan { get; init; }
}
