using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EspProv.Security;
using EspProv.Wire;

namespace EspProv.Devices;

/// <summary>A device's unauthenticated <c>proto-ver</c> reply (PROTOCOL.md §2). All texts are safe to show.</summary>
public sealed record DeviceCapability
{
    private const string ServiceLabel = "prov";
    private const int MaxReplyLength = 16 * 1024;
    private const int MaxBareVersionLength = 32;
    private const int MaxDepth = 16;
    private const int MaxVersionNumber = 255;

    private static readonly SearchValues<char> BareVersionCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_+");

    /// <summary>The provisioning service's version: <c>v1.1</c>, <c>netprov-v1.2</c>, or the bare string of old firmware.</summary>
    public required string Version { get; init; }

    /// <summary><c>sec_ver</c>, if the firmware says it (IDF 5.0 and later); unknown numbers are kept.</summary>
    public SecurityVersion? SecurityVersion { get; init; }

    /// <summary><c>sec_patch_ver</c>, null when absent (which means 0).</summary>
    public int? SecurityPatchVersion { get; init; }

    /// <summary>The <c>cap</c> list: wifi_scan, no_pop, no_sec, wifi_prov, thread_prov, thread_scan, and any others.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The reply's other top-level keys (the application's), with their values as JSON text.</summary>
    public IReadOnlyDictionary<string, string> Application { get; init; } = new Dictionary<string, string>();

    /// <summary>The reply: equivalent JSON with unsafe characters escaped and without line breaks, or the bare version.</summary>
    public string Raw { get; init; } = "";

    /// <summary>Whether the reply is JSON with a <c>prov</c> object; false for the bare string of very old firmware.</summary>
    internal bool IsStructured { get; init; }

    /// <summary>What is known of a device whose reply could not be read: nothing, so that it may support anything.</summary>
    internal static DeviceCapability Unreadable { get; } = new() { Version = "", IsUnreadable = true };

    private bool IsUnreadable { get; init; }

    /// <summary>Whether <paramref name="capability"/> is in the list.</summary>
    public bool Has(string capability) => Capabilities.Contains(capability, StringComparer.Ordinal);

    /// <summary>
    /// Whether the firmware is built for that kind of network. Firmware supports one kind; without a capability that names it, as before
    /// network_provisioning, it is Wi-Fi.
    /// </summary>
    public bool Supports(ProvisioningNetwork network)
    {
        bool isForWifi = Has("wifi_prov"), isForThread = Has("thread_prov");
        return IsUnreadable || (network is ProvisioningNetwork.Wifi ? isForWifi || !isForThread : isForThread);
    }

    /// <summary>Parses a <c>proto-ver</c> reply.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.NotAProvisioningDevice"/>: neither JSON with a <c>prov</c> object nor a short printable string.
    /// <see cref="ProvisioningErrorReason.MalformedResponse"/>: a scheme or patch level that is not a number or is out of range.
    /// </exception>
    public static DeviceCapability Parse(ReadOnlySpan<byte> reply)
    {
        if (reply.Length > MaxReplyLength)
            throw NotADevice($"its version reply is longer than {MaxReplyLength} bytes");

        // Firmware may include the terminating NUL.
        string text;
        try
        {
            text = StrictUtf8.Encoding.GetString(reply.TrimEnd((byte)0)).Trim();
        }
        catch (DecoderFallbackException exception)
        {
            throw NotADevice("its version reply is not text", exception);
        }

        if (text.StartsWith('{'))
        {
            try
            {
                return ParseStructured(text);
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                // InvalidOperationException: an invalid Unicode escape.
                throw NotADevice("its version reply is not well-formed JSON", exception);
            }
        }

        if (text.Length is 0 or > MaxBareVersionLength || text.AsSpan().ContainsAnyExcept(BareVersionCharacters))
            throw NotADevice("its version reply is neither JSON nor a version");
        return new DeviceCapability { Version = text, Raw = text };
    }

    private static DeviceCapability ParseStructured(string text)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
        if (!document.RootElement.TryGetProperty(ServiceLabel, out JsonElement service) || service.ValueKind is not JsonValueKind.Object)
            throw NotADevice($"its version reply has no '{ServiceLabel}' object");

        var application = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (property.Name != ServiceLabel)
                application[UntrustedText.Show(property.Name)] = UntrustedText.ShowJson(property.Value.GetRawText());
        }

        return new DeviceCapability
        {
            Version = service.TryGetProperty("ver", out JsonElement version) ? TextOf(version) ?? "" : "",
            SecurityVersion = (SecurityVersion?)NumberOf(service, "sec_ver"),
            SecurityPatchVersion = NumberOf(service, "sec_patch_ver"),
            Capabilities = ListOf(service, "cap"),
            Application = application,
            Raw = UntrustedText.ShowJson(text),
            IsStructured = true,
        };
    }

    // A JSON number, or a string of decimal digits. Anything else is an error, not an absent value.
    private static int? NumberOf(JsonElement service, string name)
    {
        if (!service.TryGetProperty(name, out JsonElement value))
            return null;
        int? number = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt32(out int plain) => plain,
            JsonValueKind.String when int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out int digits)
                => digits,
            _ => null,
        };
        return number is >= 0 and <= MaxVersionNumber
            ? number
            : throw new ProvisioningException(
                ProvisioningErrorReason.MalformedResponse,
                $"The device's version reply is malformed: '{name}' is not a number from 0 to {MaxVersionNumber}.")
            {
                Endpoint = EndpointNames.Version,
            };
    }

    private static string[] ListOf(JsonElement service, string name)
    {
        if (!service.TryGetProperty(name, out JsonElement value))
            return [];
        return value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray().Select(TextOf).OfType<string>()],
            JsonValueKind.String => [UntrustedText.Show(value.GetString()!)],
            _ => [],
        };
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => UntrustedText.Show(value.GetString()),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static ProvisioningException NotADevice(string why, Exception? inner = null) =>
        new(ProvisioningErrorReason.NotAProvisioningDevice, $"The device is not an Espressif provisioning service: {why}.", inner)
        { Endpoint = EndpointNames.Version };
}
