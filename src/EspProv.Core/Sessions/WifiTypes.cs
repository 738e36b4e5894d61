namespace EspProv.Sessions;
// Split into one file per subject by whoever fills Sessions/ in.

/// <summary>The station's state as the device reports it (PROTOCOL.md §3).</summary>
public enum WifiState
{
    /// <summary>It has an IP address.</summary>
    Connected = 0,

    /// <summary>It is trying; also the answer before any credentials.</summary>
    Connecting = 1,

    /// <summary>It is not connected.</summary>
    Disconnected = 2,

    /// <summary>It gave up; see the reason.</summary>
    ConnectionFailed = 3,
}

/// <summary>Why the station could not connect.</summary>
public enum WifiFailReason
{
    /// <summary>The passphrase is wrong.</summary>
    AuthError = 0,

    /// <summary>There is no such network in range.</summary>
    NetworkNotFound = 1,
}

/// <summary>An access point's authentication, the driver's raw value: values without a name here are kept and shown as numbers.</summary>
public enum WifiAuthMode
{
    /// <summary>No passphrase.</summary>
    Open = 0,

    /// <summary>WEP.</summary>
    WEP = 1,

    /// <summary>WPA.</summary>
    WPA_PSK = 2,

    /// <summary>WPA2.</summary>
    WPA2_PSK = 3,

    /// <summary>WPA and WPA2.</summary>
    WPA_WPA2_PSK = 4,

    /// <summary>WPA2 Enterprise, which the protocol has no credentials for.</summary>
    WPA2_ENTERPRISE = 5,

    /// <summary>WPA3.</summary>
    WPA3_PSK = 6,

    /// <summary>WPA2 and WPA3.</summary>
    WPA2_WPA3_PSK = 7,
}

/// <summary>One answer to a status query.</summary>
public sealed record WifiStatus
{
    /// <summary>The state.</summary>
    public required WifiState State { get; init; }

    /// <summary>Why it failed, when <see cref="State"/> is ConnectionFailed.</summary>
    public WifiFailReason? FailReason { get; init; }

    /// <summary>How many attempts the firmware has left, when it says so while connecting.</summary>
    public int? AttemptsRemaining { get; init; }

    /// <summary>The station's IPv4 address, when connected.</summary>
    public string? IPAddress { get; init; }

    /// <summary>The network, when connected.</summary>
    public string? Ssid { get; init; }

    /// <summary>The access point (colon-separated), when connected; unreliable after a 00 byte (PROTOCOL.md §9).</summary>
    public string? Bssid { get; init; }

    /// <summary>The channel, when connected.</summary>
    public int? Channel { get; init; }

    /// <summary>The authentication, when connected.</summary>
    public WifiAuthMode? Auth { get; init; }
}

/// <summary>How provisioning ended, as far as it can be known.</summary>
public enum ProvisioningOutcome
{
    /// <summary>The device said that it is connected.</summary>
    Connected,

    /// <summary>The device said that it failed.</summary>
    Failed,

    /// <summary>Credentials were applied, and what came of it cannot be known.</summary>
    Unknown,

    /// <summary>Credentials were applied, and nobody asked to wait.</summary>
    Applied,
}

/// <summary>What came of setting and applying credentials.</summary>
public sealed record WifiProvisioningResult
{
    /// <summary>The outcome.</summary>
    public required ProvisioningOutcome Outcome { get; init; }

    /// <summary>The network that was asked for.</summary>
    public required string Ssid { get; init; }

    /// <summary>AuthError or NetworkNotFound when it failed; a sentence when it is unknown.</summary>
    public string? Reason { get; init; }

    /// <summary>The device's IPv4 address.</summary>
    public string? IPAddress { get; init; }

    /// <summary>The access point it joined.</summary>
    public string? Bssid { get; init; }

    /// <summary>The channel it is on.</summary>
    public int? Channel { get; init; }

    /// <summary>The network's authentication.</summary>
    public WifiAuthMode? Auth { get; init; }

    /// <summary>From the set command to the outcome.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The last status that the device gave, if it gave one.</summary>
    public WifiStatus? LastStatus { get; init; }
}

/// <summary>One network that the device sees.</summary>
public sealed record WifiAccessPoint
{
    /// <summary>The SSID as text (UTF-8, undecodable bytes as U+FFFD); empty for a hidden network.</summary>
    public required string Ssid { get; init; }

    /// <summary>The SSID as it came.</summary>
    public required ReadOnlyMemory<byte> SsidBytes { get; init; }

    /// <summary>Colon-separated lower-case hex, 6 bytes.</summary>
    public required string Bssid { get; init; }

    /// <summary>The primary channel.</summary>
    public required int Channel { get; init; }

    /// <summary>Signal strength in dBm.</summary>
    public required int Rssi { get; init; }

    /// <summary>The authentication.</summary>
    public required WifiAuthMode Auth { get; init; }
}

/// <summary>How the device is to scan (PROTOCOL.md §9).</summary>
public sealed record WifiScanOptions
{
    /// <summary>Listen for beacons instead of probing.</summary>
    public bool Passive { get; init; }

    /// <summary>Channels to scan before a pause; null for the transport's own default.</summary>
    public int? GroupChannels { get; init; }

    /// <summary>Time on each channel, in milliseconds.</summary>
    public int PeriodMs { get; init; } = 120;

    /// <summary>How long the whole scan may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Credentials for one network; the limits are checked when it is made, before anything is sent (PROTOCOL.md §9).</summary>
public sealed class WifiCredential : IDisposable
{
    /// <summary>Checks the limits: SSID 1…32 bytes, passphrase 0 or 8…63 bytes, BSSID null or 6 bytes.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.InvalidSsid"/>, <see cref="ProvisioningErrorReason.InvalidPassphrase"/>,
    /// <see cref="ProvisioningErrorReason.RawPskNotSupported"/>, <see cref="ProvisioningErrorReason.InvalidBssid"/>.
    /// </exception>
    public WifiCredential(ReadOnlyMemory<byte> ssid, Secret? passphrase, ReadOnlyMemory<byte>? bssid = null, int? channel = null) =>
        throw new NotImplementedException();

    /// <summary>The SSID's bytes.</summary>
    public ReadOnlyMemory<byte> Ssid { get; }

    /// <summary>The passphrase; null or empty for an open network.</summary>
    public Secret? Passphrase { get; }

    /// <summary>The access point to prefer; stock firmware accepts and ignores it.</summary>
    public ReadOnlyMemory<byte>? Bssid { get; }

    /// <summary>The channel to look on; stock firmware accepts and ignores it.</summary>
    public int? Channel { get; }

    /// <summary>Zeroes the passphrase.</summary>
    public void Dispose() => Passphrase?.Dispose();
}
