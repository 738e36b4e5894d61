using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EspProv.Tests.Support;

/// <summary>
/// The golden vectors: from the folder that the environment variable ESPPROV_VECTORS names, else the repository's own copy.
/// Names are theory data and files are read inside the test, so that a malformed file fails the tests that carry its name.
/// </summary>
public static class Vectors
{
    /// <summary>The environment variable that names another folder of the same layout.</summary>
    public const string FolderVariable = "ESPPROV_VECTORS";

    private const string NoTranscript = "(no transcript in the folder)";
    private const string NoneApplies = "(no transcript of the folder is of that kind)";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        Converters = { new HexConverter(), new SecretConverter() },
    };

    /// <summary>The folder in use.</summary>
    public static string Folder { get; } = FindFolder();

    /// <summary>Theory data: the name of each transcript, one row each. An empty folder gives one row that fails to load.</summary>
    public static TheoryData<string> TranscriptNames => TranscriptNamesWhere(_ => true);

    /// <summary>
    /// Theory data: the names of the transcripts that a test is for. A file that cannot be read is among them, and fails the test.
    /// A folder with transcripts of other kinds only gives one row that is skipped: use it with <c>SkippableTheory</c>.
    /// </summary>
    public static TheoryData<string> TranscriptNamesWhere(Func<Transcript, bool> applies)
    {
        string folder = Path.Combine(Folder, "transcripts");
        string[] all = Directory.Exists(folder)
            ? Directory.GetFiles(folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal).ToArray()
            : [];
        string[] chosen = all.Where(name => IsUnreadableOr(name, applies)).ToArray();
        return new TheoryData<string>(
            all.Length == 0 ? [NoTranscript] :
            chosen.Length == 0 ? [NoneApplies] :
            chosen);
    }

    /// <summary>Theory data: the files of the folder that match a pattern. Without any it gives one row, the pattern, that fails to load.</summary>
    public static TheoryData<string> FileNames(string pattern)
    {
        string[] names = Directory.Exists(Folder)
            ? [.. Directory.GetFiles(Folder, pattern).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
            : [];
        return new TheoryData<string>(names.Length == 0 ? [pattern] : names);
    }

    /// <summary>Reads one transcript.</summary>
    /// <exception cref="InvalidDataException">It is not there, or not a transcript.</exception>
    public static Transcript Transcript(string name)
    {
        if (name == NoTranscript)
            throw new InvalidDataException($"There is no transcript in '{Path.Combine(Folder, "transcripts")}'.");
        Skip.If(name == NoneApplies, name);
        string file = Path.Combine("transcripts", name + ".json");
        return ParseTranscript(file, ReadText(file));
    }

    /// <summary>Parses one transcript; <paramref name="file"/> is what errors call it.</summary>
    /// <exception cref="InvalidDataException">It is not a transcript.</exception>
    public static Transcript ParseTranscript(string file, string json)
    {
        Transcript transcript = Parse<Transcript>(file, json);
        transcript.Validate(file);
        return transcript;
    }

    /// <summary>Reads one file of the folder: snake_case names, hexadecimal digits as <c>byte[]</c>.</summary>
    /// <exception cref="InvalidDataException">It is not there, or not of that form.</exception>
    public static T Read<T>(string file) => Parse<T>(file, ReadText(file));

    /// <summary>Parses a file of that form; <paramref name="file"/> is what errors call it.</summary>
    /// <exception cref="InvalidDataException">It is not of that form.</exception>
    public static T Parse<T>(string file, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new InvalidDataException($"'{file}' is malformed: it holds null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{file}' is malformed: {exception.Message}", exception);
        }
    }

    private static bool IsUnreadableOr(string name, Func<Transcript, bool> applies)
    {
        try
        {
            return applies(Transcript(name));
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private static string ReadText(string file)
    {
        string path = Path.Combine(Folder, file);
        return File.Exists(path) ? File.ReadAllText(path) : throw new InvalidDataException($"There is no '{path}'.");
    }

    private static string FindFolder()
    {
        string repository = FindRepository();
        string? named = Environment.GetEnvironmentVariable(FolderVariable);
        if (string.IsNullOrEmpty(named))
            return Path.Combine(repository, "tests", "Unit", "vectors");

        // A test host does not run in the folder that the user typed the command in: the root of the repository is tried too.
        string atHome = Path.GetFullPath(named, repository);
        return !Directory.Exists(named) && Directory.Exists(atHome) ? atHome : Path.GetFullPath(named);
    }

    private static string FindRepository()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EspProvPS.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run inside the repository, so their vectors cannot be found.");
    }

    private sealed class SecretConverter : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(Convert.FromHexString(reader.GetString()!));

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => throw new NotSupportedException();
    }

    /// <summary>Hexadecimal digits of either case, as bytes.</summary>
    private sealed class HexConverter : JsonConverter<byte[]>
    {
        public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return Convert.FromHexString(reader.GetString()!);
            }
            catch (Exception exception) when (exception is FormatException or InvalidOperationException)
            {
                throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"not hexadecimal digits at byte {reader.TokenStartIndex}"), exception);
            }
        }

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options)
            => writer.WriteStringValue(Convert.ToHexStringLower(value));
    }
}
