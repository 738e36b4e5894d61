namespace EspProv.Virtual;

/// <summary>A simulated access point.</summary>
public sealed record VirtualAccessPoint
{
    /// <summary>The SSID; empty for a hidden network.</summary>
    public required string Ssid { get; init; }

    /// <summary>The network's passphrase, or an Enterprise network's password; null for an open network.</summary>
    public string? Passphrase { get; init; }

    /// <summary>The username of an Enterprise network, which devices join that were given the login on <c>eap-config</c>.</summary>
    public string? Username { get; init; }

    /// <summary>6 bytes, colon-separated hex; derived from the SSID if null.</summary>
    public string? Bssid { get; init; }

    /// <summary>The channel.</summary>
    public int Channel { get; init; } = 6;

    /// <summary>Signal strength in dBm.</summary>
    public int Rssi { get; init; } = -50;

    /// <summary>
    /// The driver's raw auth mode; when null 5 (WPA2_ENTERPRISE) with a username, 3 (WPA2_PSK) with a passphrase alone, and 0 (Open)
    /// without either. A device that joins an Enterprise network without its login, or one of mode 1 (WEP) or 2 (WPA_PSK) whose passphrase
    /// has 8 or more bytes, remains Connecting, unless its attempts are limited to more than one: then it reports AuthError.
    /// </summary>
    public int? Auth { get; init; }

    /// <summary>Never the passphrase.</summary>
    public override string ToString() => $"{Ssid} (channel {Channel}, {Rssi} dBm)";
}
