using System.Text;
using System.Text.Unicode;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Wire;

namespace EspProv.Devices;

/// <summary>
/// The payload of a provisioning QR code (PROTOCOL.md §10): how to find a device, and its secrets. Absent fields are null. Owns its
/// secrets; dispose of it.
/// </summary>
public sealed class QrPayload : IDisposable
{
    /// <summary>The only payload version.</summary>
    public const string CurrentVersion = "v1";

    /// <summary>The vendor's page that shows the code in a browser.</summary>
    public const string PageUrl = "https://espressif.github.io/esp-jumpstart/qrcode.html";

    /// <summary>The longest name that fits a BLE scan response (PROTOCOL.md §7), in bytes of UTF-8.</summary>
    public const int MaxBleNameBytes = 29;

    /// <summary>The payload's version, always <c>v1</c>.</summary>
    public string Version { get; init; } = CurrentVersion;

    /// <summary>The service name: what the device advertises over BLE (1…29 bytes), or its SSID (1…32 bytes).</summary>
    public required string Name { get; init; }

    /// <summary>How to reach it: <see cref="ProvisioningTransport.Ble"/> or <see cref="ProvisioningTransport.SoftAP"/>.</summary>
    public required ProvisioningTransport Transport { get; init; }

    /// <summary>The scheme in the code; null if absent, as in codes of stock firmware.</summary>
    public SecurityVersion? SecurityVersion { get; init; }

    /// <summary>Security 2's username.</summary>
    public string? Username { get; init; }

    /// <summary><c>pop</c>: security 1's proof of possession, and security 2's password. Null if absent, empty if given as empty.</summary>
    public Secret? ProofOfPossession { get; init; }

    /// <summary><c>password</c>: the key of the device's own access point, 8…63 bytes; null for an open one.</summary>
    public Secret? SoftApKey { get; init; }

    /// <summary>The kind of network; null if absent, which means Wi-Fi.</summary>
    public ProvisioningNetwork? Network { get; init; }

    /// <summary>Other fields, in order, with their values as JSON text.</summary>
    public IReadOnlyDictionary<string, string> Extra { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// The scheme to expect. A code without one is for security 2 if it has a username. Otherwise it may be for 1 or 2, and this is null:
    /// phone apps (default 2) and sessions then follow the device's version reply, but never to security 0. A code that names 0 counts as
    /// one that names none: a label is not the user's consent to send everything unencrypted.
    /// </summary>
    public SecurityVersion? ExpectedSecurityVersion => SecurityVersion is null or Security.SecurityVersion.Security0
        ? (string.IsNullOrEmpty(Username) ? null : Security.SecurityVersion.Security2)
        : SecurityVersion;

    /// <summary>The username for security 2: the code's, or the one that phone apps assume.</summary>
    public string LoginUsername =>
        !string.IsNullOrEmpty(Username) ? Username : Network == ProvisioningNetwork.Thread ? "threadprov" : "wifiprov";

    /// <summary>
    /// Reads a code's text: JSON, or a URL with the JSON in its <c>data</c> parameter, percent-encoded or (as firmware prints it) raw.
    /// </summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.InvalidQrPayload"/>, <see cref="ProvisioningErrorReason.UnsupportedQrVersion"/>,
    /// <see cref="ProvisioningErrorReason.UnsupportedQrTransport"/>, <see cref="ProvisioningErrorReason.InvalidServiceName"/>,
    /// <see cref="ProvisioningErrorReason.InvalidSoftApKey"/>. The message names the position or field, never a value, which may be secret.
    /// </exception>
    public static QrPayload Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return QrPayloadReader.Read(text);
    }

    /// <summary>
    /// Whether a text can only be a code's, well-formed or not, or that of a code for something else (such as <c>WIFI:</c>), and no name or
    /// address of a device. <see cref="Parse"/> says what is wrong with it.
    /// </summary>
    public static bool IsCode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return QrPayloadReader.IsCode(text);
    }

    /// <summary>The payload as firmware writes it: compact JSON, in firmware's order of fields. It holds the secrets.</summary>
    /// <exception cref="ProvisioningException">As <see cref="Validate"/>.</exception>
    public string ToJson()
    {
        Validate();
        return QrPayloadWriter.Write(this);
    }

    /// <summary>The URL of the page that shows the code. It holds the secrets.</summary>
    /// <param name="encode">Whether to percent-encode the JSON; false for the raw form that firmware prints.</param>
    /// <exception cref="ProvisioningException">As <see cref="Validate"/>.</exception>
    public string ToUrl(bool encode = true) => $"{PageUrl}?data={(encode ? Uri.EscapeDataString(ToJson()) : ToJson())}";

    /// <summary>Checks the limits of phone apps and of the radio.</summary>
    /// <exception cref="ProvisioningException">The reasons of <see cref="Parse"/>.</exception>
    public void Validate()
    {
        CheckVersion(Version);
        if (Transport is not (ProvisioningTransport.Ble or ProvisioningTransport.SoftAP))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.UnsupportedQrTransport, $"A QR payload cannot have the transport {Transport}; use ble or softap.");
        }

        (int limit, string? whose) = Transport == ProvisioningTransport.Ble
            ? (MaxBleNameBytes, "a BLE name")
            : (ProtocolLimits.MaxSsidLength, "an SSID");
        if (!IsUnicode(Name))
            throw new ProvisioningException(ProvisioningErrorReason.InvalidServiceName, "The device's name is not valid Unicode text.");
        int length = Encoding.UTF8.GetByteCount(Name);
        if (length == 0)
            throw new ProvisioningException(ProvisioningErrorReason.InvalidServiceName, "The device's name is empty.");
        if (length > limit)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidServiceName,
                $"The device's name {Quote(Name)} has {length} bytes; {whose} has at most {limit}.");
        }

        if (SecurityVersion is { } scheme && !Enum.IsDefined(scheme))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidQrPayload, $"Security {(int)scheme} is not known; it is 0, 1 or 2.");
        }

        if (Network is { } network && !Enum.IsDefined(network))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidQrPayload, $"Network {(int)network} is not known; it is wifi or thread.");
        }

        if (Extra.Keys.FirstOrDefault(QrFields.All.Contains) is { } field)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidQrPayload, $"'{field}' is not an extra field: it has a property of its own.");
        }

        if (!IsUnicode(Username) || !Extra.Keys.All(IsUnicode) || !IsUtf8(ProofOfPossession) || !IsUtf8(SoftApKey))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidQrPayload, "A field of the QR payload is not valid Unicode text.");
        }

        if (SoftApKey is { IsEmpty: false } key && SoftApKeyCheck.FindError(key) is { } error)
            throw error;
    }

    /// <summary>
    /// A session's credential: username and password if <see cref="ExpectedSecurityVersion"/> is security 2, the proof of possession
    /// otherwise. The secrets are copies; the session owns the result.
    /// </summary>
    internal SecurityCredential CreateCredential() => ExpectedSecurityVersion == Security.SecurityVersion.Security2
        ? new SecurityCredential { Username = LoginUsername, Password = ProofOfPossession?.Copy() }
        : new SecurityCredential { ProofOfPossession = ProofOfPossession?.Copy() };

    /// <summary>The name and the transport; never a secret.</summary>
    public override string ToString() => $"{Name} ({Transport})";

    /// <summary>Zeroes the secrets.</summary>
    public void Dispose()
    {
        ProofOfPossession?.Dispose();
        SoftApKey?.Dispose();
    }

    /// <summary>Throws if a version is not known.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.UnsupportedQrVersion"/>.</exception>
    internal static void CheckVersion(string version)
    {
        if (version != CurrentVersion)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.UnsupportedQrVersion,
                $"The QR payload is of version {Quote(version)}; only {CurrentVersion} is known.");
        }
    }

    private static bool IsUnicode(string? text)
    {
        try
        {
            return text is null || StrictUtf8.Encoding.GetByteCount(text) >= 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static bool IsUtf8(Secret? secret) => secret is null || Utf8.IsValid(secret.Bytes);

    /// <summary>A value for a message: shortened, and without control characters.</summary>
    internal static string Quote(string value)
    {
        const int Shown = 64;
        var text = new StringBuilder("'");
        foreach (Rune rune in value.EnumerateRunes().Take(Shown))
            text.Append(Rune.IsControl(rune) ? Rune.ReplacementChar.ToString() : rune.ToString());
        return text.Append(value.EnumerateRunes().Skip(Shown).Any() ? "…'" : "'").ToString();
    }
}
