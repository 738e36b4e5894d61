using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using EspProv.Devices;
using EspProv.Sessions;

namespace EspProv.Fleet.Journal;

/// <summary>The JSON of a journal's lines, with generated code.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(UtcTimeConverter),
        typeof(NameConverter<FleetStage>),
        typeof(NameConverter<FleetStatus>),
        typeof(NameConverter<ProvisioningNetwork>),
        typeof(NameConverter<ProvisioningWitness>),
    ])]
[JsonSerializable(typeof(FleetJournalRecord))]
internal sealed partial class FleetJournalJson : JsonSerializerContext
{
    /// <summary>Text without HTML escapes: a journal is not part of a page.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Milliseconds, in UTC.</summary>
    private sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(FleetTime.Format(value));
    }

    /// <summary>Exact names only: no numbers, no other case, no lists of names.</summary>
    private sealed class NameConverter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            string? name = reader.GetString();
            return Enum.TryParse(name, out T value) && Enum.GetName(value) == name
                ? value
                : throw new JsonException($"There is no such {typeof(T).Name}.");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
