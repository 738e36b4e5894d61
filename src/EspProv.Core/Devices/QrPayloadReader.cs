using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Devices;

/// <summary>Parses the text of a QR code. Any field may be secret, so messages never quote the input.</summary>
internal static class QrPayloadReader
{
    // Codes that people scan in the place of one for provisioning.
    private static readonly (string Start, string What)[] OtherCodes =
    [
        ("DPP:", "This is a code for Wi-Fi Easy Connect (DPP), which these devices do not speak"),
        ("MT:", "This is a Matter code: such a device is commissioned by a Matter controller"),
        ("WIFI:", "This is the code of a Wi-Fi network, with its name and passphrase, and not of a device"),
    ];

    public static bool IsCode(string text)
    {
        ReadOnlySpan<char> trimmed = Trimmed(text);
        foreach ((string start, _) in OtherCodes)
        {
            if (trimmed.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return trimmed.StartsWith("{") || trimmed.Contains("?data=", StringComparison.Ordinal) || (IsUrl(trimmed) && trimmed.Contains('?'));
    }

    public static QrPayload Read(string text)
    {
        ReadOnlySpan<char> trimmed = Trimmed(text);
        if (trimmed.IsEmpty)
            throw Invalid("The QR payload is empty.");

        foreach ((string start, string what) in OtherCodes)
        {
            if (trimmed.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                throw Invalid($"{what}. Scan the provisioning code on the device's label or in its log.");
        }

        byte[] json = IsUrl(trimmed) ? FromUrl(trimmed) : ToUtf8(trimmed);
        try
        {
            return FromJson(json);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(json);
        }
    }

    private static ReadOnlySpan<char> Trimmed(string text) => text.AsSpan().Trim().TrimStart('\uFEFF');

    private static bool IsUrl(ReadOnlySpan<char> text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static byte[] FromUrl(ReadOnlySpan<char> url)
    {
        int query = url.IndexOf('?');
        int start = -1;
        for (int at = query; at >= 0 && start < 0;)
        {
            if (url[(at + 1)..].StartsWith("data=", StringComparison.Ordinal))
            {
                start = at + 1 + "data=".Length;
            }
            else
            {
                int next = url[(at + 1)..].IndexOf('&');
                at = next < 0 ? -1 : at + 1 + next;
            }
        }

        if (start < 0)
            throw Invalid("The URL has no 'data' parameter, which is where a provisioning QR payload would be.");

        ReadOnlySpan<char> data = url[start..];

        // Every encoder escapes quotes as %22. A literal quote therefore means the raw form of firmware, where '%', '+', '&' and '#' are
        // ordinary characters.
        if (data.Contains('"'))
            return ToUtf8(data);

        int end = data.IndexOfAny('&', '#');
        return PercentDecode(end < 0 ? data : data[..end], start);
    }

    // Browsers leave braces and '+' as they are; form encoders write '{' as %7B and a space as '+'.
    private static byte[] PercentDecode(ReadOnlySpan<char> data, int offset)
    {
        bool plusIsSpace = !data.StartsWith("{");
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(data.Length)];
        int length = 0;
        try
        {
            for (int i = 0; i < data.Length;)
            {
                if (data[i] == '%')
                {
                    if (i + 2 >= data.Length || !char.IsAsciiHexDigit(data[i + 1]) || !char.IsAsciiHexDigit(data[i + 2]))
                    {
                        throw Invalid(
                            $"The URL's 'data' parameter has a '%' without two hexadecimal digits, at character {offset + i + 1}.");
                    }

                    bytes[length++] = Convert.FromHexString(data.Slice(i + 1, 2))[0];
                    i += 3;
                }
                else
                {
                    int run = data[i..].IndexOf('%');
                    ReadOnlySpan<char> literal = run < 0 ? data[i..] : data.Slice(i, run);
                    int written = EncodeUtf8(literal, bytes.AsSpan(length));
                    if (plusIsSpace)
                        bytes.AsSpan(length, written).Replace((byte)'+', (byte)' ');
                    length += written;
                    i += literal.Length;
                }
            }

            return bytes.AsSpan(0, length).ToArray();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static byte[] ToUtf8(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        EncodeUtf8(text, bytes);
        return bytes;
    }

    private static int EncodeUtf8(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        try
        {
            return StrictUtf8.Encoding.GetBytes(text, bytes);
        }
        catch (EncoderFallbackException)
        {
            throw Invalid("The QR payload is not valid Unicode text.");
        }
    }

    private static QrPayload FromJson(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
            throw Invalid("The QR payload is not valid Unicode text.");
        Fields fields = new();
        try
        {
            fields.Read(json);
            QrPayload payload = fields.ToPayload();
            payload.Validate();
            return payload;
        }
        catch
        {
            fields.Dispose();
            throw;
        }
    }

    private static ProvisioningException Invalid(string message) => new(ProvisioningErrorReason.InvalidQrPayload, message);

    /// <summary>The fields read so far.</summary>
    private sealed class Fields : IDisposable
    {
        private readonly Dictionary<string, string> _extra = [];
        private readonly HashSet<string> _seen = [];
        private string? _version;
        private string? _name;
        private string? _username;
        private string? _transport;
        private string? _network;
        private SecurityVersion? _security;
        private Secret? _pop;
        private Secret? _password;

        public void Read(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json);
            try
            {
                reader.Read();
                if (reader.TokenType != JsonTokenType.StartObject)
                    throw Invalid("The QR payload is JSON, but not an object.");
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                    ReadField(ref reader, json);

                // Fails if anything follows the object.
                reader.Read();
            }
            catch (JsonException exception)
            {
                // The parser's message quotes the input, which may be secret.
                throw Invalid(
                    $"The QR payload is not valid JSON: the error is at line {exception.LineNumber + 1}, "
                        + $"at byte {exception.BytePositionInLine + 1}.");
            }
            catch (InvalidOperationException)
            {
                throw Invalid($"The QR payload has text that is not valid Unicode, before byte {reader.BytesConsumed + 1}.");
            }
        }

        public QrPayload ToPayload()
        {
            // Phone apps ignore the version, so a code without one is accepted. Checked first: another version may have other fields.
            string version = _version ?? QrPayload.CurrentVersion;
            QrPayload.CheckVersion(version);
            if (string.IsNullOrEmpty(_name))
                throw Invalid("The QR payload has no 'name', which is how the device is found.");
            if (string.IsNullOrEmpty(_transport))
                throw Invalid("The QR payload has no 'transport'; it says ble or softap.");
            bool empty = _password is { IsEmpty: true };
            return new QrPayload
            {
                Version = version,
                Name = _name,
                Transport = _transport.ToUpperInvariant() switch
                {
                    "BLE" => ProvisioningTransport.Ble,
                    "SOFTAP" => ProvisioningTransport.SoftAP,
                    _ =>
                        throw new ProvisioningException(
                            ProvisioningErrorReason.UnsupportedQrTransport,
                            $"The QR payload's transport {QrPayload.Quote(_transport)} is not known; it is ble or softap."),
                },
                SecurityVersion = _security,
                Username = _username,
                ProofOfPossession = _pop,
                SoftApKey = empty ? null : _password,
                Network = _network?.ToUpperInvariant() switch
                {
                    null => null,
                    "WIFI" => ProvisioningNetwork.Wifi,
                    "THREAD" => ProvisioningNetwork.Thread,
                    _ => throw Invalid($"The QR payload's network {QrPayload.Quote(_network)} is not known; it is wifi or thread."),
                },
                Extra = _extra,
            };
        }

        public void Dispose()
        {
            _pop?.Dispose();
            _password?.Dispose();
        }

        private void ReadField(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
        {
            string field = reader.GetString()!;
            if (!_seen.Add(field))
                throw Invalid($"The QR payload has the field {QrPayload.Quote(field)} twice.");
            reader.Read();
            switch (field)
            {
                case QrFields.Version:
                    _version = Text(ref reader, field);
                    break;
                case QrFields.Name:
                    _name = Text(ref reader, field);
                    break;
                case QrFields.Username:
                    _username = Text(ref reader, field);
                    break;
                case QrFields.Transport:
                    _transport = Text(ref reader, field);
                    break;
                case QrFields.Network:
                    _network = Text(ref reader, field);
                    break;
                case QrFields.SecurityVersion:
                    _security = Scheme(ref reader);
                    break;
                case QrFields.ProofOfPossession:
                    _pop = SecretText(ref reader, field);
                    break;
                case QrFields.SoftApKey:
                    _password = SecretText(ref reader, field);
                    break;
                default:
                    int start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    _extra.Add(field, Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]));
                    break;
            }
        }

        private static string? Text(ref Utf8JsonReader reader, string field) => reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString(),
            JsonTokenType.Null => null,
            _ => throw Invalid($"The QR payload's '{field}' is not a string."),
        };

        // The bytes are copied into the secret without becoming a string.
        private static Secret? SecretText(ref Utf8JsonReader reader, string field)
        {
            if (reader.TokenType == JsonTokenType.Null)
                return null;

            // Digits without quotes, as people who write codes by hand leave them: the digits are the secret.
            if (reader.TokenType == JsonTokenType.Number && !reader.ValueSpan.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                return new Secret(reader.ValueSpan);
            if (reader.TokenType != JsonTokenType.String)
                throw Invalid($"The QR payload's '{field}' is not a string.");
            byte[] bytes = new byte[reader.ValueSpan.Length];
            try
            {
                return new Secret(bytes.AsSpan(0, reader.CopyString(bytes)));
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }

        // A number, or a string of digits, which some firmware writes and Android's parser accepts.
        private static SecurityVersion? Scheme(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Null:
                    return null;
                case JsonTokenType.Number when reader.TryGetInt32(out int number) && number is >= 0 and <= 2:
                    return (SecurityVersion)number;
                case JsonTokenType.String when reader.GetString() is "0" or "1" or "2":
                    return (SecurityVersion)(reader.GetString()![0] - '0');
                default:
                    throw Invalid("The QR payload's 'security' is not 0, 1 or 2.");
            }
        }
    }
}
