using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace EspProv.Virtual.Worlds;

/// <summary>
/// What an application took on endpoints of its own beside the credentials: a fixed address, and the login of an Enterprise network. A
/// convention of docs/FLEETS.md and no part of the protocol. Kept until the device is erased.
/// </summary>
internal sealed partial class NetworkSettings
{
    private readonly object _lock = new();
    private IpConfig? _ip;
    private EapConfig? _eap;

    /// <summary>The fixed address; null for one from DHCP.</summary>
    public IpConfig? Ip
    {
        get
        {
            lock (_lock)
                return _ip;
        }
    }

    /// <summary>Takes an address: a JSON object with <c>ip</c>, <c>netmask</c> and <c>gw</c>, and optionally <c>dns</c>.</summary>
    /// <returns>What is wrong with it; null when it was taken.</returns>
    public string? SetIp(ReadOnlySpan<byte> json)
    {
        if (Read(json, SettingsJson.Default.IpConfig) is not { } config || !IsAddress(config.Ip) || !IsAddress(config.Netmask)
            || !IsAddress(config.Gw) || (config.Dns is not null && !IsAddress(config.Dns)))
        {
            return "It is a JSON object with ip, netmask and gw, and optionally dns.";
        }

        lock (_lock)
            _ip = config;
        return null;
    }

    /// <summary>Takes a login: a JSON object with <c>username</c> and <c>password</c>, and optionally <c>identity</c>.</summary>
    /// <returns>What is wrong with it; null when it was taken.</returns>
    public string? SetEap(ReadOnlySpan<byte> json)
    {
        if (Read(json, SettingsJson.Default.EapConfig) is not { Username.Length: > 0, Password.Length: > 0 } config)
            return "It is a JSON object with username and password, and optionally identity.";
        lock (_lock)
            _eap = config;
        return null;
    }

    /// <summary>Whether the login is an Enterprise network's.</summary>
    public bool IsLogin(string username, string password)
    {
        lock (_lock)
            return _eap is { } eap && eap.Username == username && eap.Password == password;
    }

    /// <summary>Forgets all of it.</summary>
    public void Erase()
    {
        lock (_lock)
            (_ip, _eap) = (null, null);
    }

    private static T? Read<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            // Firmware ends its strings with a NUL, and some senders do.
            return JsonSerializer.Deserialize(json.TrimEnd((byte)0), type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsAddress(string? text) =>
        IPAddress.TryParse(text, out IPAddress? address) && address.ToString() == text && address.GetAddressBytes().Length == 4;

    /// <summary>A fixed address.</summary>
    internal sealed record IpConfig(string Ip, string Netmask, string Gw, string? Dns);

    /// <summary>The login of an Enterprise network.</summary>
    internal sealed record EapConfig(string? Identity, string Username, string Password)
    {
        // Never the password, whoever formats it.
        private bool PrintMembers(StringBuilder builder)
        {
            builder.Append(nameof(EapConfig));
            return true;
        }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(IpConfig))]
    [JsonSerializable(typeof(EapConfig))]
    private sealed partial class SettingsJson : JsonSerializerContext;
}
