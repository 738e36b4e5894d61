using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EspProv.Devices;
using EspProv.Security;

namespace EspProv.Virtual.Protocomm;

/// <summary>The <c>proto-ver</c> reply (PROTOCOL.md §2), byte for byte in the format of the firmware's JSON printer.</summary>
internal static class VersionReply
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The reply's bytes.</summary>
    /// <exception cref="ArgumentException">An application's text is not JSON.</exception>
    public static byte[] Build(VirtualDeviceOptions options)
    {
        if (options.BareVersion is { } bare)
            return Encoding.UTF8.GetBytes(bare);

        using var prov = JsonDocument.Parse(ProvObject(options));
        var reply = new StringBuilder("{\n\t\"prov\":\t");
        Print(reply, prov.RootElement, depth: 1);
        foreach ((string label, string json) in options.ApplicationInfo)
        {
            reply.Append(",\n\t").Append(Quote(label)).Append(":\t");
            try
            {
                using var info = JsonDocument.Parse(json);
                Print(reply, info.RootElement, depth: 1);
            }
            catch (JsonException exception)
            {
                throw new ArgumentException($"ApplicationInfo '{label}' is not JSON: {exception.Message}", nameof(options), exception);
            }
        }

        return Encoding.UTF8.GetBytes(reply.Append("\n}").ToString());
    }

    private static ReadOnlyMemory<byte> ProvObject(VirtualDeviceOptions options)
    {
        bool network = options.Component == ProvisioningComponent.NetworkProvisioning;
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("ver", network ? "netprov-v1.2" : "v1.1");
            json.WriteNumber("sec_ver", (int)options.SecurityVersion);

            // Firmware before the nonce counter does not have this key, whatever its scheme.
            if (options.Security2Patch == Security2Patch.Patch1)
                json.WriteNumber("sec_patch_ver", options.SecurityVersion == SecurityVersion.Security2 ? 1 : 0);

            json.WriteStartArray("cap");
            if (options.SecurityVersion == SecurityVersion.Security0)
                json.WriteStringValue("no_sec");
            if (options.SecurityVersion == SecurityVersion.Security1 && options.ProofOfPossession.Length == 0)
                json.WriteStringValue("no_pop");
            string kind = options.Network == ProvisioningNetwork.Thread ? "thread" : "wifi";
            if (network)
                json.WriteStringValue($"{kind}_prov");
            if (!options.WithoutScan)
                json.WriteStringValue($"{kind}_scan");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    // Objects over several lines with tabs, arrays on one line: the style of cJSON, used by the firmware.
    private static void Print(StringBuilder output, JsonElement element, int depth)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                output.Append('{');
                string separator = "\n";
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    output.Append(separator).Append('\t', depth + 1).Append(Quote(property.Name)).Append(":\t");
                    Print(output, property.Value, depth + 1);
                    separator = ",\n";
                }

                output.Append('\n').Append('\t', depth).Append('}');
                break;
            case JsonValueKind.Array:
                output.Append('[');
                string comma = string.Empty;
                foreach (JsonElement item in element.EnumerateArray())
                {
                    output.Append(comma);
                    Print(output, item, depth + 1);
                    comma = ", ";
                }

                output.Append(']');
                break;
            case JsonValueKind.String:
                output.Append(Quote(element.GetString()!));
                break;
            default:
                output.Append(element.GetRawText());
                break;
        }
    }

    private static string Quote(string text)
    {
        var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
            json.WriteStringValue(text);
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
