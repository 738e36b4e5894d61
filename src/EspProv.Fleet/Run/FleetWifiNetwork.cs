using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Networks.Wifi;
using EspProv.Sessions;

namespace EspProv.Fleet.Run;

/// <summary>A Wi-Fi network.</summary>
internal sealed class FleetWifiNetwork(FleetRow row) : FleetNetwork(row.Device)
{
    public override ProvisioningNetwork Kind => ProvisioningNetwork.Wifi;

    public override string Name => row.SsidText;

    public override async Task<FleetNetworkState> GetStateAsync(ProvisioningSession session, CancellationToken cancellationToken)
    {
        WifiStatus status = await session.GetWifiStatusAsync(cancellationToken).ConfigureAwait(false);
        return status.State switch
        {
            WifiState.Connected => new FleetNetworkState.Joined(status.Ssid, status.IsConnectedTo(row.Ssid.Span))
            {
                Ip = status.IPAddress,
                Bssid = status.Bssid,
                Channel = status.Channel,
            },
            WifiState.ConnectionFailed => Refused(status.FailReason),
            _ => new FleetNetworkState.Joining(status.State.ToString()),
        };
    }

    public override async Task SetAsync(ProvisioningSession session, CancellationToken cancellationToken)
    {
        using var credential = new WifiCredential(row.Ssid, row.Passphrase?.Copy(), row.Bssid, row.Channel);
        await session.SetWifiCredentialAsync(credential, cancellationToken).ConfigureAwait(false);
    }

    public override Task ApplyAsync(ProvisioningSession session, CancellationToken cancellationToken) => session.ApplyWifiCredentialAsync(cancellationToken);

    public override Task ResetAsync(ProvisioningSession session, CancellationToken cancellationToken) => session.ResetWifiAsync(cancellationToken);

    public override Task ReprovisionAsync(ProvisioningSession session, CancellationToken cancellationToken) => session.ReprovisionWifiAsync(cancellationToken);

    private FleetNetworkState.Refused Refused(WifiFailReason? reason) => reason switch
    {
        WifiFailReason.AuthError => new(nameof(WifiFailReason.AuthError), FleetErrorIds.WifiAuthError, $"{Device} could not join '{Name}': the network refused the passphrase."),
        WifiFailReason.NetworkNotFound => new(
            nameof(WifiFailReason.NetworkNotFound), FleetErrorIds.WifiNetworkNotFound, $"{Device} could not join '{Name}': it does not see such a network."),
        _ => new(nameof(WifiState.ConnectionFailed), FleetErrorIds.WifiConnectionFailed, $"{Device} could not join '{Name}'."),
    };
}
