using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EspProv.Transports;

namespace EspProv.Devices;

/// <summary>Writes a payload as firmware does: compact JSON, in firmware's order of fields.</summary>
internal static class QrPayloadWriter
{
    // Escapes only what JSON requires, so that stock values look as firmware prints them.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(QrPayload payload)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        try
        {
            using (var json = new Utf8JsonWriter(buffer, Options))
            {
                json.WriteStartObject();
                json.WriteString(QrFields.Version, payload.Version);
                json.WriteString(QrFields.Name, payload.Name);
                if (payload.Username is { } username)
                    json.WriteString(QrFields.Username, username);
                if (payload.ProofOfPossession is { } pop)
                    json.WriteString(QrFields.ProofOfPossession, pop.Bytes);
                json.WriteString(QrFields.Transport, payload.Transport == ProvisioningTransport.Ble ? "ble" : "softap");
                if (payload.SecurityVersion is { } security)
                    json.WriteNumber(QrFields.SecurityVersion, (int)security);
                if (payload.SoftApKey is { IsEmpty: false } key)
                    json.WriteString(QrFields.SoftApKey, key.Bytes);
                if (payload.Network is { } network)
                    json.WriteString(QrFields.Network, network == ProvisioningNetwork.Thread ? "thread" : "wifi");
                foreach ((string? field, string? value) in payload.Extra)
                {
                    json.WritePropertyName(field);
                    json.WriteRawValue(value);
                }

                json.WriteEndObject();
            }

            return Encoding.UTF8.GetString(buffer.WrittenSpan);
        }
        catch (JsonException)
        {
            // No inner exception: its message quotes the value.
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidQrPayload, "The QR payload cannot be written: the value of an extra field is not JSON.");
        }
        finally
        {
            Zero(buffer);
        }
    }

    private static void Zero(ArrayBufferWriter<byte> buffer)
    {
        if (MemoryMarshal.TryGetArray(buffer.WrittenMemory, out ArraySegment<byte> written))
            CryptographicOperations.ZeroMemory(written.AsSpan());
    }
}
