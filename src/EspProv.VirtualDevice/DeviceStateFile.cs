using System.Text.Json;
using System.Text.Json.Serialization;
using EspProv.Host.Files;
using EspProv.Wire;

namespace EspProv.Virtual;

/// <summary>
/// What a device stores between boots: <see cref="StoredCredentials"/> in a JSON file, replaced atomically and readable by its owner only,
/// or in memory. No file means no credentials.
/// </summary>
internal sealed class DeviceStateFile
{
    private const string Format = "espprov-virtual-device-1";

    private readonly string? _path;
    private volatile StoredCredentials? _inMemory;

    /// <summary>With a null path the credentials are kept in memory.</summary>
    public DeviceStateFile(string? path) => _path = path is null ? null : Path.GetFullPath(path);

    /// <summary>The stored credentials, or null.</summary>
    /// <exception cref="InvalidDataException">The file is not a device's state; it is not changed.</exception>
    /// <exception cref="IOException">It would not be writable: no folder, a link, a full disk.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied.</exception>
    public StoredCredentials? Load()
    {
        if (_path is null)
            return _inMemory;

        // Checked now: otherwise a device would fail only when it gets credentials.
        new ReplacementFile(_path, ownerOnly: true, overwrite: true).Dispose();
        if (!File.Exists(_path))
            return null;

        return Parse(File.ReadAllBytes(_path), _path);
    }

    /// <summary>Parses a file's content.</summary>
    /// <exception cref="InvalidDataException">It is not a device's state.</exception>
    internal static StoredCredentials Parse(ReadOnlySpan<byte> json, string path)
    {
        try
        {
            Content? content = JsonSerializer.Deserialize<Content>(json);
            if (content is { Format: Format, Ssid: { } ssid, Salt: { } salt, Digest: { } digest })
            {
                var stored = new StoredCredentials(Convert.FromHexString(ssid), Convert.FromHexString(salt), Convert.FromHexString(digest));
                if (stored.Salt.Length == StoredCredentials.SaltLength && stored.Digest.Length == StoredCredentials.DigestLength
                    && stored.Ssid.Length <= ProtocolLimits.MaxSsidLength)
                {
                    return stored;
                }
            }
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new InvalidDataException($"'{path}' is not the state of a virtual device: {exception.Message}", exception);
        }

        throw new InvalidDataException($"'{path}' is not the state of a virtual device.");
    }

    /// <summary>Replaces the stored credentials.</summary>
    /// <exception cref="IOException">It could not be written; the old content is kept.</exception>
    public void Save(byte[] network, ReadOnlySpan<byte> secret, IRandomSource random)
    {
        if (_path is null)
        {
            // It stays in memory: it needs no iterations, and no bytes of the source that a test may have recorded.
            _inMemory = StoredCredentials.From(network, secret, SystemRandomSource.Instance, iterations: 1);
            return;
        }

        var credentials = StoredCredentials.From(network, secret, random);
        var content = new Content(
            Format,
            Convert.ToHexString(credentials.Ssid),
            Convert.ToHexString(credentials.Salt.Span),
            Convert.ToHexString(credentials.Digest.Span));
        using var file = new ReplacementFile(_path, ownerOnly: true, overwrite: true);
        JsonSerializer.Serialize(file.Bytes, content);
        file.Commit();
    }

    /// <summary>Deletes the stored credentials.</summary>
    public void Erase()
    {
        _inMemory = null;
        if (_path is not null && File.Exists(_path))
            File.Delete(_path);
    }

    private sealed record Content(
        [property: JsonPropertyName("format")] string? Format,
        [property: JsonPropertyName("ssid")] string? Ssid,
        [property: JsonPropertyName("salt")] string? Salt,
        [property: JsonPropertyName("digest")] string? Digest);
}
