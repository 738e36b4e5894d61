using EspProv.Networks.Wifi;

namespace EspProv.Sessions;

/// <summary>The result of setting and applying credentials.</summary>
public sealed record WifiProvisioningResult
{
    /// <summary>The outcome.</summary>
    public required ProvisioningOutcome Outcome { get; init; }

    /// <summary>The network that was asked for.</summary>
    public required string Ssid { get; init; }

    /// <summary>AuthError or NetworkNotFound when it failed; a sentence if the outcome is unknown.</summary>
    public string? Reason { get; init; }

    /// <summary>The device's IPv4 address.</summary>
    public string? IPAddress { get; init; }

    /// <summary>The access point it joined; see <see cref="WifiStatus.Bssid"/>.</summary>
    public string? Bssid { get; init; }

    /// <summary>The channel it is on.</summary>
    public int? Channel { get; init; }

    /// <summary>The network's authentication.</summary>
    public WifiAuthMode? Auth { get; init; }

    /// <summary>From the set command to the outcome.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What reported that it is connected or failed; null for none.</summary>
    public ProvisioningWitness? Witness { get; init; }

    /// <summary>The last status, of the device or of its board's log (<see cref="Witness"/>); null for none.</summary>
    public WifiStatus? LastStatus { get; init; }

    internal static WifiProvisioningResult Of(WifiCredential credential, JoinResult result)
    {
        var status = (WifiStatus?)result.Status;
        WifiStatus? connected = result.Outcome is ProvisioningOutcome.Connected ? status : null;
        return new WifiProvisioningResult
        {
            Outcome = result.Outcome,
            Ssid = credential.SsidText,
            Reason = result.Reason,
            IPAddress = connected?.IPAddress,
            Bssid = connected?.Bssid,
            Channel = connected?.Channel,
            Auth = connected?.Auth,
            Duration = result.Duration,
            Witness = result.Witness,
            LastStatus = status,
        };
    }
}
