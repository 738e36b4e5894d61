namespace EspProv.Virtual.Worlds;

/// <summary>The radio around the device: which networks it hears, and what becomes of an attempt to join one.</summary>
internal interface IWifiWorld
{
    /// <summary>Every access point in range, in no order.</summary>
    IReadOnlyList<HeardAccessPoint> Scan();

    /// <summary>What an attempt to join comes to. <paramref name="acceptsPassphrase"/> says whether the device's own passphrase is the given one.</summary>
    JoinResult Join(ReadOnlySpan<byte> ssid, Func<string, bool> acceptsPassphrase);
}

/// <summary>An access point as the driver reports it.</summary>
/// <param name="Ssid">Raw bytes; empty for a hidden network.</param>
/// <param name="Bssid">6 bytes.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Rssi">Signal strength in dBm.</param>
/// <param name="Auth">The driver's raw auth mode.</param>
internal sealed record HeardAccessPoint(byte[] Ssid, byte[] Bssid, int Channel, int Rssi, int Auth);

/// <summary>How an attempt to join ends.</summary>
internal enum JoinOutcome
{
    /// <summary>Joined.</summary>
    Connected,

    /// <summary>The passphrase is wrong.</summary>
    AuthError,

    /// <summary>No network of that name is in range.</summary>
    NetworkNotFound,

    /// <summary>It failed for a reason that the firmware does not count as final, so that it stays Connecting.</summary>
    NoAnswer,
}

/// <summary>The end of an attempt to join.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="AccessPoint">The access point that was joined.</param>
/// <param name="IPAddress">The address that it gave.</param>
internal sealed record JoinResult(JoinOutcome Outcome, HeardAccessPoint? AccessPoint = null, string? IPAddress = null);
