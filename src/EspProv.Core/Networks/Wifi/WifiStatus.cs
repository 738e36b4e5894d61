namespace EspProv.Networks.Wifi;

/// <summary>A Wi-Fi status reply.</summary>
public sealed record WifiStatus : NetworkStatus
{
    /// <summary>The state.</summary>
    public required WifiState State { get; init; }

    /// <summary>Why it failed, when <see cref="State"/> is ConnectionFailed.</summary>
    public WifiFailReason? FailReason { get; init; }

    /// <summary>The remaining attempts, if the firmware reports them while connecting.</summary>
    public int? AttemptsRemaining { get; init; }

    /// <summary>The station's IPv4 address, when connected.</summary>
    public string? IPAddress { get; init; }

    /// <summary>The network as text to show (see <see cref="UntrustedText"/>), when connected.</summary>
    public string? Ssid { get; init; }

    /// <summary>The network's name as received, when connected.</summary>
    public ReadOnlyMemory<byte>? SsidBytes { get; init; }

    /// <summary>Whether the device is connected to a network of that name, and not to another one (PROTOCOL.md §9).</summary>
    /// <param name="ssid">The name, in bytes.</param>
    public bool IsConnectedTo(ReadOnlySpan<byte> ssid) =>
        State is WifiState.Connected && SsidBytes is { } name && name.Span.SequenceEqual(ssid);

    /// <summary>
    /// The access point (colon-separated), when connected: its bytes before the first 00, since firmware reports unrelated memory after it
    /// (PROTOCOL.md §9).
    /// </summary>
    public string? Bssid { get; init; }

    /// <summary>The channel, when connected.</summary>
    public int? Channel { get; init; }

    /// <summary>The authentication, when connected.</summary>
    public WifiAuthMode? Auth { get; init; }

    internal override JoinPhase Phase => State switch
    {
        WifiState.Connected => JoinPhase.Joined,
        WifiState.ConnectionFailed => JoinPhase.Failed,
        _ => JoinPhase.Joining,
    };

    internal override string PhaseName => State.ToString();

    internal override string? FailName => FailReason?.ToString();

    internal override string Summary => State switch
    {
        WifiState.Connected => $"{State} to '{Ssid}' with the address {UntrustedText.Show(IPAddress)}",
        WifiState.ConnectionFailed => $"{State} ({FailReason})",
        _ when AttemptsRemaining is { } left => FormattableString.Invariant($"{State}, {left} attempts left"),
        _ => State.ToString(),
    };

    internal override string? JoinedName => Ssid;
}
