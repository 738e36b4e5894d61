using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization;

namespace EspProv.Tests.Support;

/// <summary>One recorded run of the vendor's client against the vendor's firmware code; see the README beside the files.</summary>
public sealed class Transcript
{
    private const string ExpectedFormat = "espprov-transcript-1";

    [JsonRequired]
    public string Format { get; init; } = "";

    [JsonRequired]
    public string Name { get; init; } = "";

    /// <summary><c>wifi</c> or <c>network</c>: which of the two components of the firmware.</summary>
    [JsonRequired]
    public string Kind { get; init; } = "";

    public string? Note { get; init; }

    public string[] ClientArgs { get; init; } = [];

    public int? ClientExit { get; init; }

    public string? ClientError { get; init; }

    /// <summary>Empty where the file has none.</summary>
    [AllowNull]
    public TranscriptClientSecrets ClientSecrets { get; init => field = value ?? new(); } = new();

    /// <summary>Empty where the file has none: in runs of unseeded builds.</summary>
    [AllowNull]
    public TranscriptDeviceSecrets DeviceSecrets { get; init => field = value ?? new(); } = new();

    [JsonRequired]
    public TranscriptDevice Device { get; init; } = new();

    [JsonRequired]
    public TranscriptExchange[] Exchanges { get; init; } = [];

    /// <summary>Whether the messages were tampered with by hand after the handshake.</summary>
    [JsonIgnore]
    public bool IsTampered => Name.EndsWith("_session_errors", StringComparison.Ordinal);

    /// <summary>The value of one of the client's arguments, such as <c>--pop</c>; null when it was not given.</summary>
    public string? Argument(string option) => ValueOf(ClientArgs, option);

    /// <summary>The bytes that the client made of an argument: latin-1 for PoP, SSID, passphrase and custom data.</summary>
    public byte[]? Latin1Argument(string option) => Argument(option) is { } text ? Encoding.Latin1.GetBytes(text) : null;

    /// <summary>Exchanges with one endpoint, in order.</summary>
    public IEnumerable<TranscriptExchange> ExchangesWith(string endpoint) => Exchanges.Where(exchange => exchange.Endpoint == endpoint);

    internal static string? ValueOf(string[] arguments, string option)
    {
        int at = Array.IndexOf(arguments, option);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }

    internal void Validate(string file)
    {
        string? fault =
            Format != ExpectedFormat ? $"format is '{Format}', not '{ExpectedFormat}'" :
            Kind is not ("wifi" or "network") ? $"kind is '{Kind}'" :
            Exchanges.Length == 0 ? "there are no exchanges" :
            Exchanges.Any(exchange => exchange is null || string.IsNullOrEmpty(exchange.Endpoint)) ? "an exchange names no endpoint" :
            Exchanges.Any(exchange => exchange.RequestHex is null) ? "an exchange has no request" :
            null;
        if (fault is not null)
            throw new InvalidDataException($"'{file}' is malformed: {fault}.");
    }
}

/// <summary>What the client drew, one entry per handshake.</summary>
public sealed class TranscriptClientSecrets
{
    [JsonPropertyName("x25519_private")]
    public byte[][] X25519Private { get; init; } = [];

    [JsonPropertyName("x25519_public")]
    public byte[][] X25519Public { get; init; } = [];

    [JsonPropertyName("srp_a")]
    public byte[][] SrpPrivateA { get; init; } = [];

    [JsonPropertyName("srp_A")]
    public byte[][] SrpA { get; init; } = [];

    [JsonPropertyName("srp_K")]
    public byte[][] SrpK { get; init; } = [];

    [JsonPropertyName("srp_M1")]
    public byte[][] SrpM1 { get; init; } = [];

    /// <summary>UTF-8 on the wire.</summary>
    [JsonPropertyName("srp_username")]
    public string[] SrpUsername { get; init; } = [];

    /// <summary>UTF-8 in the hash.</summary>
    [JsonPropertyName("srp_password")]
    public string[] SrpPassword { get; init; } = [];
}

/// <summary>What the device drew and computed, one entry per handshake; empty lists in runs of unseeded builds.</summary>
public sealed class TranscriptDeviceSecrets
{
    /// <summary>Little endian, clamped.</summary>
    [JsonPropertyName("x25519_private")]
    public byte[][] X25519Private { get; init; } = [];

    [JsonPropertyName("x25519_public")]
    public byte[][] X25519Public { get; init; } = [];

    /// <summary>Before the proof of possession is mixed in.</summary>
    [JsonPropertyName("x25519_shared")]
    public byte[][] X25519Shared { get; init; } = [];

    /// <summary>Security 1's AES key.</summary>
    public byte[][] SessionKey { get; init; } = [];

    /// <summary>Security 1's initial counter block.</summary>
    public byte[][] DeviceRandom { get; init; } = [];

    [JsonPropertyName("srp_salt")]
    public byte[][] SrpSalt { get; init; } = [];

    [JsonPropertyName("srp_verifier")]
    public byte[][] SrpVerifier { get; init; } = [];

    [JsonPropertyName("srp_b")]
    public byte[][] SrpPrivateB { get; init; } = [];

    [JsonPropertyName("srp_B")]
    public byte[][] SrpB { get; init; } = [];

    [JsonPropertyName("srp_k")]
    public byte[][] SrpMultiplier { get; init; } = [];

    [JsonPropertyName("srp_u")]
    public byte[][] SrpU { get; init; } = [];

    [JsonPropertyName("srp_S")]
    public byte[][] SrpS { get; init; } = [];

    [JsonPropertyName("srp_K")]
    public byte[][] SrpK { get; init; } = [];

    /// <summary>M1 as the client sent it.</summary>
    [JsonPropertyName("srp_M1")]
    public byte[][] SrpM1 { get; init; } = [];

    [JsonPropertyName("srp_M1_expected")]
    public byte[][] SrpM1Expected { get; init; } = [];

    [JsonPropertyName("srp_M2")]
    public byte[][] SrpM2 { get; init; } = [];

    [JsonPropertyName("srp_M2_computed")]
    public byte[][] SrpM2Computed { get; init; } = [];

    public byte[][] GcmKey { get; init; } = [];

    public byte[][] GcmNonceInitial { get; init; } = [];
}

/// <summary>How the recorded device was started and what its application saw.</summary>
public sealed class TranscriptDevice
{
    public string[] Args { get; init; } = [];

    public TranscriptDeviceReady Ready { get; init; } = new();

    public TranscriptDeviceEvent[] Events { get; init; } = [];

    /// <summary>Every random draw and intermediate value of the firmware, in order.</summary>
    public TranscriptDeviceSecret[] Secrets { get; init; } = [];

    /// <summary>The value of one of the device's arguments, such as <c>--net-ssid</c>; null when it was not given.</summary>
    public string? Argument(string option) => Transcript.ValueOf(Args, option);
}

/// <summary>What the recorded device said when it was ready.</summary>
public sealed class TranscriptDeviceReady
{
    /// <summary><c>wifi_prov</c> or <c>network_prov</c>.</summary>
    public string? Proto { get; init; }

    public byte[] Salt { get; init; } = [];

    public byte[] Verifier { get; init; } = [];

    /// <summary>The security scheme.</summary>
    public int Sec { get; init; }

    /// <summary>The firmware's release.</summary>
    public string? Source { get; init; }

    /// <summary>Security 2's username.</summary>
    public string? User { get; init; }
}

/// <summary>One thing that the device's application saw.</summary>
public sealed class TranscriptDeviceEvent
{
    /// <summary><c>wifi_set_config</c>, <c>custom</c>, or <c>event</c>.</summary>
    public string? Ev { get; init; }

    /// <summary>Of <c>event</c>: the event's base.</summary>
    public string? Base { get; init; }

    /// <summary>Of <c>event</c>: the event's number.</summary>
    public int? Id { get; init; }

    /// <summary>Of <c>wifi_set_config</c>.</summary>
    public byte[]? SsidHex { get; init; }

    /// <summary>Of <c>wifi_set_config</c>.</summary>
    public byte[]? PassHex { get; init; }

    /// <summary>Of <c>custom</c>: the decrypted data.</summary>
    public byte[]? Plain { get; init; }
}

/// <summary>One value that the recorded firmware drew or computed.</summary>
public sealed class TranscriptDeviceSecret
{
    public string? Tag { get; init; }

    public string? Name { get; init; }

    public byte[]? Hex { get; init; }
}

/// <summary>One request and its response.</summary>
public sealed class TranscriptExchange
{
    public int N { get; init; }

    [JsonRequired]
    public string Endpoint { get; init; } = "";

    /// <summary>The raw body.</summary>
    [JsonRequired]
    public byte[] RequestHex { get; init; } = [];

    /// <summary>The raw body; null when the device closed the socket without a response.</summary>
    [JsonRequired]
    public byte[]? ResponseHex { get; init; }

    /// <summary>The protobuf inside the request; null for what is not encrypted.</summary>
    public byte[]? PlainRequestHex { get; init; }

    /// <summary>The protobuf inside the response.</summary>
    public byte[]? PlainResponseHex { get; init; }

    public int? HttpStatus { get; init; }

    public Dictionary<string, string>? ResponseHeaders { get; init; }

    public string? CookieSent { get; init; }

    public string? CookieSet { get; init; }

    /// <summary>Which TCP connection carried it, counted from 1.</summary>
    public int TcpConnection { get; init; }

    public uint? DeviceSessionId { get; init; }

    /// <summary>The firmware's own error code, such as <c>0x102</c>.</summary>
    public string? DeviceEspErr { get; init; }

    public string? TransportError { get; init; }

    /// <summary>Security 1: where in the session's key stream the request lies. The handshake uses 0…63.</summary>
    public int? RequestCtrOffset { get; init; }

    /// <summary>Security 1: where in the session's key stream the response lies.</summary>
    public int? ResponseCtrOffset { get; init; }

    /// <summary>Security 2: the nonce of the request.</summary>
    public byte[]? RequestNonceHex { get; init; }

    /// <summary>Security 2: the nonce of the response.</summary>
    public byte[]? ResponseNonceHex { get; init; }
}
