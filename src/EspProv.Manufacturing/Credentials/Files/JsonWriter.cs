using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>A JSON array, one object a line: name (may be null), username, and salt and verifier in hexadecimal. No passwords.</summary>
public sealed class JsonWriter(TextWriter output) : Sec2FileWriter(output)
{
    // The output is not embedded in HTML, so names need no further escapes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public override void Complete() => WriteLine(Count == 0 ? "[]" : "\n]");

    private protected override void WriteCredential(Sec2Credential credential)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("name", credential.Name);
            json.WriteString("username", credential.Username);
            json.WriteString("salt", Hex.Of(credential.Salt));
            json.WriteString("verifier", Hex.Of(credential.Verifier));
            json.WriteEndObject();
        }

        Output.Write(Count == 0 ? "[\n  " : ",\n  ");
        Output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
