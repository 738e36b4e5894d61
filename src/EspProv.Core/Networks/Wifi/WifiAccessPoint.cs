namespace EspProv.Networks.Wifi;

/// <summary>A Wi-Fi access point in range of the device.</summary>
public sealed record WifiAccessPoint
{
    /// <summary>The SSID as text to show (see <see cref="UntrustedText"/>); empty for a hidden network.</summary>
    public required string Ssid { get; init; }

    /// <summary>The SSID as received.</summary>
    public required ReadOnlyMemory<byte> SsidBytes { get; init; }

    /// <summary>Colon-separated lower-case hex, 6 bytes; empty if the device does not report it.</summary>
    public required string Bssid { get; init; }

    /// <summary>The primary channel.</summary>
    public required int Channel { get; init; }

    /// <summary>Signal strength in dBm.</summary>
    public required int Rssi { get; init; }

    /// <summary>The authentication.</summary>
    public required WifiAuthMode Auth { get; init; }
}
