namespace EspProv.Host.Wifi;

/// <summary>This machine's own Wi-Fi, through the program that manages it.</summary>
public interface IHostWifi
{
    /// <summary>The networks that this machine hears, each access point once.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.TransportUnavailable"/>.</exception>
    Task<IReadOnlyList<HostWifiNetwork>> ScanAsync(CancellationToken cancellationToken);

    /// <summary>Leaves the network that this machine is on, and joins another one until it is left again.</summary>
    /// <param name="ssid">The network's name.</param>
    /// <param name="key">Its key; null for an open network. Stays the caller's.</param>
    /// <param name="timeout">How long joining may take, address and all.</param>
    /// <param name="cancellationToken">Gives up, and goes back to the former network.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>, <see cref="ProvisioningErrorReason.DeviceUnreachable"/>,
    /// <see cref="ProvisioningErrorReason.SoftApKeyRequired"/>, <see cref="ProvisioningErrorReason.WrongSoftApKey"/>: it did not work, and this machine
    /// is back on its former network, or never left it.
    /// </exception>
    Task<IHostWifiStay> JoinAsync(string ssid, Secret? key, TimeSpan timeout, CancellationToken cancellationToken);
}

/// <summary>A stay on another network; its end brings the former network back.</summary>
public interface IHostWifiStay : IAsyncDisposable
{
    /// <summary>The interface that joined, such as wlan0.</summary>
    string InterfaceName { get; }

    /// <summary>The address that this machine has on that network.</summary>
    System.Net.IPAddress Address { get; }

    /// <summary>Joins once more, where the network was lost meanwhile.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.DeviceUnreachable"/>.</exception>
    Task RejoinAsync(CancellationToken cancellationToken);
}

/// <summary>An access point that this machine hears.</summary>
/// <param name="Ssid">The network's name.</param>
/// <param name="Bssid">The access point's address, lower-case with colons.</param>
/// <param name="Rssi">Signal strength in dBm.</param>
/// <param name="IsSecured">Whether it wants a key.</param>
public sealed record HostWifiNetwork(string Ssid, string Bssid, int Rssi, bool IsSecured);
