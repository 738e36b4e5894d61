namespace EspProv.Virtual.Worlds;

/// <summary>The device's simulated Wi-Fi: the networks in range, and the results of joining them.</summary>
internal interface IWifiWorld
{
    /// <summary>The access points in range, unordered.</summary>
    IReadOnlyList<HeardAccessPoint> Scan();

    /// <summary>
    /// The result of an attempt to join. <paramref name="acceptsPassphrase"/> checks whether a passphrase is the device's.
    /// </summary>
    VirtualJoin Join(ReadOnlySpan<byte> ssid, Func<string, bool> acceptsPassphrase);
}

/// <summary>An access point as the driver reports it.</summary>
/// <param name="Ssid">Raw bytes; empty for a hidden network.</param>
/// <param name="Bssid">6 bytes.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Rssi">Signal strength in dBm.</param>
/// <param name="Auth">The driver's raw auth mode.</param>
internal sealed record HeardAccessPoint(byte[] Ssid, byte[] Bssid, int Channel, int Rssi, int Auth);

/// <summary>The outcome of an attempt to join.</summary>
internal enum JoinOutcome
{
    /// <summary>Joined.</summary>
    Connected,

    /// <summary>The passphrase is wrong.</summary>
    AuthError,

    /// <summary>No network of that name is in range.</summary>
    NetworkNotFound,

    /// <summary>It failed for a reason that firmware does not treat as final, so it remains Connecting.</summary>
    NoAnswer,
}

/// <summary>The result of an attempt to join.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="AccessPoint">The joined access point.</param>
/// <param name="IPAddress">The assigned address.</param>
internal sealed record VirtualJoin(JoinOutcome Outcome, HeardAccessPoint? AccessPoint = null, string? IPAddress = null)
{
    /// <summary>The network's mask; null for one of 24 bits.</summary>
    public string? Netmask { get; init; }

    /// <summary>The network's gateway; null for the first address of the network.</summary>
    public string? Gateway { get; init; }
}
